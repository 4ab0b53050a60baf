# Runs a script once, at a time, without a controller, and removes itself. The
# arguments: ROOT UNIT, and those of the script.
root=$1 unit=$2
shift 2
# The folders.
export LC_ALL=C
bad=0 dir=$root/var/lib/odooctl run=$unit
# An active run would see files change under it.
exec 9>>"$root/var/lib/odooctl/lock" && flock -w 1800 9
echo "its own timer, $unit" >"$root/var/lib/odooctl/holder"

# A failed edit is reported, and the rest goes on.
missed() {
	echo "not edited: $1" >&2
	bad=1
}

there() { [ -e "$root$1" ] || [ -L "$root$1" ]; }

# reach FILE: makes its content readable as $seen; $new will replace it.
reach() {
	if [ -L "$root$1" ]; then
		walk "$1" || return
		set -- "$physical"
	fi
	at "$1" && beside && pin && [ -f "$seen" ] && [ ! -L "$seen" ]
}

# keep FILE SED...: edits a file that exists; owner, mode and label stay.
keep() {
	file=$1
	shift
	there "$file" || return 0
	reach "$file" && cp -a "$seen" "$new" && sed "$@" "$seen" >"$new" && mv -fT "$new" "$at" || missed "$file"
}

# drop FILE TEXT: removes the lines that end in a text.
drop() {
	there "$1" || return 0
	reach "$1" || { missed "$1" && return; }
	grep -qF -e "$2" "$seen" || return 0
	cp -a "$seen" "$new" && awk -v t="$2" 'substr($0, length($0) - length(t) + 1) != t' "$seen" >"$new" && mv -fT "$new" "$at" || missed "$1"
}

# The script.

if [ -e "$dir/staged" ]; then
	while IFS= read -r p <&3; do unstage "$p" || bad=1; done 3<"$dir/staged"
	rm -f "$dir/staged"
fi
cd /
systemctl disable -q "$unit.timer"
rm -f "$root/etc/systemd/system/$unit.timer" "$root/etc/systemd/system/$unit.service" "$root/etc/$unit.sh" "$root/var/lib/systemd/timers/stamp-$unit.timer"
systemctl daemon-reload
# The timer is stopped last: systemd would not start a service again without its file.
systemctl stop --no-block "$unit.timer"
rm -f "$root/var/lib/odooctl/holder"
[ $bad = 0 ]
