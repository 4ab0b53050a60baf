# Each step is recorded with its undo before it is taken.

# step UNDO VERB ARGS...: the undo is on disk before the step is taken.
step() {
	say "$1" >>"$dir/undo"
	shift
	"$@" </dev/null >"$dir/err" 2>&1 || fail "$*"
}

# promise UNDO...: the undo of the next line is on disk before that begins.
promise() { say "$*" >>"$dir/undo"; }

fail() {
	trap '' INT TERM
	[ "$*" != cancelled ] || say "$dying" >>"$state/holder"
	[ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null
	disarm
	say "failed: $*"
	tail -n 20 "$dir/err" | sed 's/^/  /' # our own words to the controller begin a line
	forget "$dir"
	if backwards; then
		say "put back"
		exit 77
	fi
	say "not put back: see $dir"
	exit 78
}

# backwards: undoes what was made, and tells the controller that it does.
backwards() {
	steps=0 count=-1
	doing "putting everything back"
	undo
	went=$?
	over
	return $went
}

# undo restores in reverse order. What is in a server comes once the server runs on its
# old files again: on the new ones it may not run at all.
undo() {
	bad=0
	cd "$root/" || exit
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
		while read -r verb unit was <&3; do
			[ "$verb" = start ] || reread "$verb" "$unit" "$was" >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/acted"
	fi
	undo_lines "$dir/undo.server"
	if [ -e "$dir/running" ]; then
		taken_down
		started=" $(sed -n 's/^start \([^ ]*\).*/\1/p' "$dir/acted" | tr '\n' ' ')"
		while read -r unit <&3; do
			case "$started" in *" $unit "*) continue ;; esac # it did not run before, and a rollback meets it running
			case "$taken" in
			*" $unit "*) ;;
			*) # what fell over meanwhile, and not what somebody has stopped
				look "$unit"
				case $active in activating | failed) ;; *) continue ;; esac
				;;
			esac
			settled "$unit" || [ $condition = "done" ] || { systemctl reset-failed "$unit"; start "$unit"; } >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/running"
	fi
	forgive
	clear_staged
	case $bad in 0) say "put back" ;; *) say "not put back" ;; esac >"$dir/state"
	return $bad
}

# reread VERB UNIT INVOCATION: a unit runs on its old files again. One that was not
# restarted after all has read no others.
reread() {
	if ! settled "$2"; then
		set -- restart "$2"
	elif [ "$1 $invocation" = "restart ${3:-none}" ]; then
		return 0
	fi
	tell "$1" "$2" && steady "$2" $window $restarts && serving "$2"
}

# serving UNIT: waits until it serves again.
serving() {
	[ -e "$dir/serves.$1" ] || return 0
	serves=$(cat "$dir/serves.$1")
	clock && end=$((now + patient * 1000))
	until (eval "$serves") </dev/null 9>&-; do
		clock && [ "$now" -lt $end ] || return 1
		sleep 0.5 9>&-
	done
}

# forgive: a unit that did not run before, and failed only now, is no longer shown as failed.
forgive() {
	[ -e "$dir/acted" ] || return 0
	while read -r verb unit was <&3; do
		[ "$verb" = start ] && ! grep -qxF -e "$unit" "$dir/had_failed" 2>/dev/null || continue
		look "$unit"
		[ "$active" != failed ] || systemctl reset-failed "$unit" >>"$dir/undo.log" 2>&1
	done 3<"$dir/acted"
}

# taken_down lists in $taken the units that were acted on, and those that systemd stops
# with them: a failed restart may have stopped these for good.
taken_down() {
	taken=' ' more=$(cut -d ' ' -f 2 "$dir/acted")
	while [ -n "$more" ]; do
		for unit in $more; do taken="$taken$unit "; done
		found=$(systemctl show -p RequiredBy,BoundBy,ConsistsOf,PropagatesStopTo --value -- $more 2>/dev/null)
		more=
		for unit in $found; do
			case "$taken$more " in *" $unit "*) ;; *) more="$more $unit" ;; esac
		done
	done
}

# tried: the end of a trial, in which nothing was swapped. What was staged is gone again.
tried() {
	trap '' INT TERM
	undo || { say "not put back: see $dir" && exit 78; }
	rm -rf "$dir"
	rm -f "$state/holder"
}

undo_lines() {
	while IFS= read -r line <&3; do
		eval "$line" >>"$dir/undo.log" 2>&1 || bad=1
	done 3<"$1"
}

clear_staged() {
	unstage_all
	[ ! -e "$dir/staged" ] || rm -f "$dir/staged"
}

unstage_all() {
	if [ -e "$dir/staged" ]; then
		while IFS= read -r p <&3; do unstage "$p" 2>>"$dir/undo.log"; done 3<"$dir/staged"
	fi
	rooms=$nl
}
