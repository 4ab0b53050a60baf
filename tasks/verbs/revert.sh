# Reverting: by the host itself without a confirmation, or on request.

# arm SECONDS: the old files are restored by the host itself unless the run is
# confirmed.
arm() {
	armed=odooctl-revert-$run
	{
		say "root='$root'"
		cat "$dir/new/verbs"
		say "dir='$dir' run='$run' job="
		say revert
	} >"$dir/revert.sh"
	if [ -d /run/systemd/system ] && [ -z "$root" ]; then
		systemctl stop "$armed.timer" 2>/dev/null
		systemd-run --quiet --collect --unit="$armed" --timer-property=AccuracySec=1s --on-active="$1" /bin/sh "$dir/revert.sh" >"$dir/err" 2>&1 || fail "arm the timer that puts the old files back"
	else
		[ ! -e "$dir/armed" ] || kill "$(cat "$dir/armed")" 2>/dev/null
		setsid sh -c 'sleep "$1" 9>&-; exec sh "$2"' sh "$1" "$dir/revert.sh" </dev/null >/dev/null 2>&1 9>&- &
		say $! >"$dir/armed"
	fi
	say "unconfirmed" >"$dir/state"
}

disarm() {
	[ -e "$dir/revert.sh" ] || return 0
	systemctl stop "odooctl-revert-$run.timer" 2>/dev/null
	if [ -e "$dir/armed" ]; then kill "$(cat "$dir/armed")" 2>/dev/null; fi
	rm -f "$dir/revert.sh" "$dir/armed"
}

# revert is what the timer runs.
revert() {
	exec 9>>"$state/lock"
	hold 300
	[ "$(cat "$dir/state")" = unconfirmed ] || exit 0
	say "its own timer, odooctl-revert-$run" >"$state/holder"
	undo
	say "reverted by itself" >"$dir/state"
	rm -f "$state/holder"
}

# confirm RUN: the controller is back over a new connection.
confirm() {
	run=$1 dir=$state/runs/$1
	exec 9>>"$state/lock"
	hold 60 || exit 75
	if [ "$(cat "$dir/state" 2>/dev/null)" != unconfirmed ]; then
		say "too late: the host has put the old files back"
		exit 77
	fi
	disarm
	say ok >"$dir/state"
}

# rollback RUN: undoes what a run did to the host.
rollback() {
	mine=$dir dir=$state/runs/$1
	if [ "$(cat "$dir/state" 2>/dev/null)" != ok ]; then
		say "there is no run $1 to go back from: $(cat "$dir/state" 2>/dev/null || say 'not on this host, or older than the last five')"
		rm -rf "$mine"
		exit 79
	fi
	if [ -e "$dir/paths" ]; then
		edited=$(fingerprint <"$dir/paths" | diff "$dir/after" - | sed -n 's/^[<>] .* //p' | sort -u)
		clear_staged
		if [ -n "$edited" ]; then
			say "edited since: $(echo $edited)"
			rm -rf "$mine"
			exit 76
		fi
	fi
	[ ! -e "$dir/running" ] || runs_now >"$dir/running" # what was stopped since stays so
	if undo; then
		say "rolled back" >"$dir/state"
		say "put back"
	else
		say "not put back: see $dir"
		exit 78
	fi
	rm -rf "$mine"
	rm -f "$state/holder"
}

# show_undo RUN...: what their rollback does, the newest first, and `edited PATH` of each path
# that was edited since. In folders of others only the rollback itself looks.
show_undo() {
	newer=$nl
	for run; do
		dir=$state/runs/$run
		[ "$(cat "$dir/state" 2>/dev/null)" = ok ] || continue
		cat "$dir/new/undo" 2>/dev/null
		[ -e "$dir/paths" ] || continue
		paths=$(cat "$dir/paths")
		while IFS= read -r p; do
			case $newer in *"$nl$p$nl"*) continue ;; esac
			is=$(stands "$p")
			[ -z "$is" ] || grep -qxF -e "$is" "$dir/after" || say "edited $p"
		done <<END
$paths
END
		newer=$newer$paths$nl
	done
}

# stands PATH: its fingerprint; nothing for a file in a folder of others.
stands() {
	if [ -e "$root$1" ] && [ ! -d "$root$1" ] && [ ! -L "$root$1" ]; then
		(at "$1" && [ -z "$foreign" ]) 2>/dev/null || return 0
	fi
	say "$1" | fingerprint 2>/dev/null
}

# of_run TRANSACTION: prints the run, of whose name the transaction's begins with both parts.
of_run() { say "$1" | cut -d - -f 1,2; }

# put_back RUN: undoes what a transaction has left half done whose shell was killed, and says
# what became of it. One that ended stays as it ended. After a later one it is too late: that
# was planned from what it found.
put_back() {
	mine=$dir dir=$state/runs/$1
	was=$(cat "$dir/state" 2>/dev/null)
	later=$(ls "$state/runs" | awk -F - -v it="$(of_run "$1")" -v mine="$(of_run "$run")" '
		{ run = $1 (NF > 1 ? "-" $2 : "") } run > it && run != mine { print; exit }')
	code=0
	if [ ! -d "$dir" ]; then
		say "nothing had been begun"
	elif [ "$was" = ok ]; then
		say "it was done"
	elif [ -n "$was" ]; then
		say "it has ended: $was"
	elif [ -n "$later" ]; then
		say "stays as it is: $later came after it"
	elif undo; then
		say "was half done, and is put back"
	else
		say "not put back: see $dir"
		code=78
	fi
	rm -rf "$mine"
	rm -f "$state/holder"
	exit $code
}
