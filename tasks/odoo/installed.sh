# ask_odoo DATABASE: psql's messages are a part of their own, and "done" means that all
# was asked.
ask_odoo() {
	part "$nth odoo $1"
	part "$nth odoo.said $1" >&2
	ask "$1" <<END && part "$nth odoo.done $1"
$modules
END
}

# wanted MODULE...: the rows of these modules, once each. All other lines are ours; a
# row has tabs, and no line breaks.
wanted() {
	LC_ALL=C awk 'BEGIN { FS = "\t"; for (i = 1; i < ARGC; i++) want[ARGV[i]]; ARGC = 1 }
		!/\t/ { if (/^@/) split("", seen); print }
		/\t/ && $1 in want && !($1 in seen) { seen[$1]; print substr($0, 1, 1000) }' "$@"
}

{ said=$({ databases 2>&4 | wanted_modules >&3; } 4>&1); } 3>&1
printf '%s' "$said"
