# Checks, and actions on services.

# check TITLE SHELL
check() {
	(cd / && eval "$2") </dev/null >"$dir/err" 2>&1 || fail "check $1"
}

# rehearse NAME: the checks see all new files at their real paths, in a private mount
# namespace. If the kernel does not allow that, they run after the swap.
rehearse() {
	rehearsed=
	mkdir -p "$dir/rehearsal"
	cd /
	unshare -m sh "$dir/new/$1" "$run" "$root" "$dir" "$trusted" "$others" "$rooms" </dev/null >"$dir/err" 2>&1 9>&-
	rehearsal=$?
	[ ! -e "$dir/laid" ] || rm -rf "$dir/laid"
	case $rehearsal in
	0) rehearsed=1 && say "note: checked before the swap" ;;
	1) fail "$(cat "$dir/rehearsal/failed")" ;;
	*) say "note: checked after the swap" ;;
	esac
}

# recheck TITLE SHELL: a check that was not possible before the swap.
recheck() { [ -n "$rehearsed" ] || check "$@"; }

daemon_reload() {
	: >"$dir/reloaded"
	systemctl daemon-reload
}

enable() { systemctl enable "$1"; }
disable() { systemctl disable "$1"; }

# stop UNIT: systemctl fails for a unit that systemd has refused, and that does not run.
stop() {
	look "$1" && bounded $patience systemctl stop "$1" && return
	look "$1"
	[ $condition != up ] && [ $condition != between ]
}
start() { look "$1" && tell start "$1" && steady "$1" $window $restarts; }

# tell VERB UNIT: systemd acts on a unit whose state is known, within its own time
# limits. A reload keeps the restart count, anything else resets it; but a unit that waits to
# be restarted is restarted by a start.
tell() {
	restarts=$again
	[ "$1" = reload ] || { restarts=0 && systemctl reset-failed "$2" 2>/dev/null; }
	case $1/$sub in start/auto-restart*) restarts=1 ;; esac
	bounded $patience systemctl "$1" "$2"
}

# runs_now lists the running services.
runs_now() {
	systemctl list-units --type=service --state=running --no-legend --plain 2>/dev/null |
		while read -r running _; do say "$running"; done
}

# pend VERB UNIT WHY: the list stays on the host until the action worked.
pend() {
	if [ ! -e "$dir/pended" ]; then
		if [ -e "$state/pending" ]; then cp -p "$state/pending" "$dir/pending"; fi
		: >"$dir/pended"
	fi
	say "$run $1 $2 $3" >>"$state/pending" && sync "$state/pending" || fail "note what is pending"
}

unpend() {
	[ -e "$state/pending" ] || return 0
	while IFS= read -r line; do
		set -- "$1" $line
		[ "$1" = "$4" ] || say "$line"
	done <"$state/pending" >"$state/pending.new"
	if [ -s "$state/pending.new" ]; then mv -f "$state/pending.new" "$state/pending"; else rm -f "$state/pending" "$state/pending.new"; fi
}

# serves UNIT SHELL: how to tell that it serves on its old files, should they be put back.
serves() { say "$2" >"$dir/serves.$1"; }

# act VERB UNIT BEFORE AFTER WITHIN [LOG USER]: reload, restart or start, and the proof that
# it took effect. LOG is a file to which the unit writes as USER, beside the journal.
act() {
	verb=$1 unit=$2 proof=$4 looks=0 log=${6-} writer=${7-}
	[ -z "$log" ] || mark=$(as "$writer" "$writer" wc -c "$log" 2>/dev/null) || mark=0
	settled "$unit"
	case $verb-$condition-$active in
	start-*-inactive | start-*-failed) ;;
	# A unit that was starting or stopping may have read the old files.
	start-* | restart-between-*) verb=restart ;;
	*-up-*) ;;
	*-between-*) lost "$verb $unit: it is ${active:-in no known state} for longer than $patience s" ;;
	*)
		say "$unit does not run: nothing to $verb"
		unpend "$unit"
		return
		;;
	esac
	[ -e "$dir/running" ] || runs_now >"$dir/running"
	say "$verb $unit $invocation" >>"$dir/acted"
	[ "$active" != failed ] || say "$unit" >>"$dir/had_failed"
	was=$(eval "$3" 2>/dev/null)
	tell "$verb" "$unit" >"$dir/err" 2>&1 || lost "$verb $unit"
	if [ -n "$proof" ]; then
		clock && by=$((now + $5 * 1000))
		pause=0.2
		until (set -- "$was"; eval "$proof") >"$dir/err" 2>&1 9>&-; do
			looks=$((looks + 1))
			# Constant polling would take resources that the unit needs to start.
			if [ $((looks % 5)) -eq 0 ]; then
				look "$unit"
				[ $condition != down ] && [ "$again" -le $restarts ] || fell
				clock && [ "$now" -lt $by ] || lost "$verb $unit: no proof that it took effect"
				pause=0.4
			fi
			sleep $pause
		done
		steady "$unit" 0 $restarts || fell
	else
		steady "$unit" $window $restarts || fell
	fi
	unpend "$unit"
}

fell() { lost "$verb $unit: it does not stay up: $active ($sub), started again $again times"; }

lost() {
	logged >>"$dir/err"
	fail "$1"
}

# logged prints what the unit has said since it was acted on: only this start of it.
logged() {
	look "$unit"
	{
		if [ -n "$invocation" ]; then
			journalctl -n 500 -o cat --no-pager _SYSTEMD_INVOCATION_ID="$invocation" + INVOCATION_ID="$invocation"
		else # systemd before 232
			journalctl -u "$unit" -n 15 -o cat --no-pager
		fi
		[ -z "$log" ] || as "$writer" "$writer" tail -c "+$((${mark%% *} + 1))" "$log" | tail -n 500
	} 2>/dev/null | cause
}

# cause prints the end of a log, after the last traceback in it: first why, then the line
# of code.
cause() {
	awk '
	/^Traceback \(most recent call last\)/ { inside = 1; frame = "" }
	inside && /^  File / { frame = "" }
	inside && /^ / { frame = frame $0 "\n" }
	inside && /^[^ T]/ || inside && /^T/ && !/^Traceback/ { why = $0; at = frame; inside = 0 }
	{ line[NR] = $0 }
	END {
		if (why != "") printf "%s\n%s", why, at
		for (i = NR > 10 ? NR - 9 : 1; i <= NR; i++) print line[i]
	}'
}

# gate TITLE SHELL SECONDS [DELAY]: polled at increasing intervals until it holds.
gate() {
	[ -z "${4-}" ] || sleep "$4" 9>&-
	clock
	end=$((now + $3 * 1000)) pause=1
	until bounded "$3" sh -c "$2" >"$dir/err" 2>&1; do
		clock && [ $((now + pause * 1000)) -le $end ] || {
			[ -z "${unit-}" ] || logged >>"$dir/err"
			fail "$1: not within $3 s"
		}
		sleep $pause
		[ $pause -ge 5 ] || pause=$((pause + 1))
	done
}

# command_ TITLE SHELL SECONDS [INPUT [SCRIPT]]: the shell gets these files as "$1" and
# "$2", which are removed when it has ended. What it writes to "$3" is reported to the
# controller: what it prints may be untrusted text.
command_() {
	bounded "$3" sh -c "$2" sh "$dir/new/${4-}" "$dir/new/${5-}" "$dir/kept" >"$dir/err" 2>&1
	got=$?
	[ -z "${4-}" ] || rm -f "$dir/new/$4" ${5:+"$dir/new/$5"}
	case $got in
	0)
		if [ -e "$dir/kept" ]; then
			while IFS= read -r line; do say "kept: $line"; done <"$dir/kept"
			rm -f "$dir/kept"
		fi
		;;
	124) fail "$1: not done within $3 s" ;;
	*) fail "$1: exit $got" ;;
	esac
}

# await TITLE SHELL SECONDS: waits for something before units are touched, up to that
# long.
await() {
	clock && end=$((now + $3 * 1000))
	until bounded "$3" sh -c "$2" >"$dir/err" 2>&1; do
		clock && [ "$now" -lt $end ] || { say "note: $1: not within $3 s" && return; }
		sleep 1
	done
}

# undo_command NAME SECONDS
undo_command() { bounded "$2" sh "$dir/new/$1"; }
