# Each step is written down before it is taken, with what undoes it.

# step UNDO VERB ARGS...: what undoes a step is on disk before the step is taken.
step() {
	say "$1" >>"$dir/undo"
	shift
	"$@" </dev/null >"$dir/err" 2>&1 || fail "$*"
}

# promise UNDO...: what undoes the next line is on disk before that is begun.
promise() { say "$*" >>"$dir/undo"; }

fail() {
	trap '' INT TERM
	[ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null
	disarm
	say "failed: $*"
	tail -n 20 "$dir/err" | sed 's/^/  /' # our own words to the controller begin a line
	if undo; then
		say "put back"
		exit 77
	fi
	say "not put back: see $dir"
	exit 78
}

# undo goes back, last things first. What is in a server comes when the server
# runs on its old files again: on the new ones it may not run at all.
undo() {
	bad=0
	cd "$root/"
	clear_staged # or a new directory would not be empty
	: >>"$dir/undo"
	sed '1!G;h;$!d' "$dir/undo" >"$dir/undo.now"
	grep -v '^sql ' "$dir/undo.now" >"$dir/undo.host"
	grep '^sql ' "$dir/undo.now" >"$dir/undo.server"
	undo_lines "$dir/undo.host"
	if [ -e "$dir/pended" ]; then
		if [ -e "$dir/pending" ]; then cp -p "$dir/pending" "$state/pending"; else rm -f "$state/pending"; fi
	fi
	if [ -e "$dir/reloaded" ]; then systemctl daemon-reload >>"$dir/undo.log" 2>&1; fi
	if [ -e "$dir/acted" ]; then
		while read -r verb unit <&3; do
			[ "$verb" != start ] || continue
			systemctl reset-failed "$unit" 2>/dev/null
			systemctl "$verb" "$unit" >>"$dir/undo.log" 2>&1 && steady "$unit" $window >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/acted"
	fi
	undo_lines "$dir/undo.server"
	# A restart that failed may have taken down what depends on the unit.
	if [ -e "$dir/running" ]; then
		while read -r unit <&3; do
			case $unit in user@*) continue ;; esac
			[ "$(property "$unit" ActiveState)" = active ] || systemctl start "$unit" >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/running"
	fi
	clear_staged
	say "put back $bad" >"$dir/state"
	return $bad
}

undo_lines() {
	while IFS= read -r line <&3; do
		eval "$line" >>"$dir/undo.log" 2>&1 || bad=1
	done 3<"$1"
}

clear_staged() {
	if [ -e "$dir/staged" ]; then
		while IFS= read -r p <&3; do unstage "$p" 2>>"$dir/undo.log"; done 3<"$dir/staged"
		rm -f "$dir/staged"
	fi
	rooms=$nl
}
