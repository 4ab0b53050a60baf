# The verbs of a transaction. The packed plan calls them one per line; see pack.go for
# the order. $root is empty except in tests.
#
# exit: 0 done, 75 locked, 76 the host is not as planned, 77 failed and restored, 78
# failed and not restored, 79 there is no such run to undo
state=$root/var/lib/odooctl
window=2 # seconds that a unit without a proof has to stay up
patient=60 # seconds within which a unit has to serve again that was put back
[ -z "$root" ] || window=0 patient=3
made= ours=$nl # set once something was installed or made, and the folders that were
steps=0 count=0 # how many there are to tell of, and how many were told
gave_up= # set where nothing failed, but somebody edited the host: what stays is told
say() { printf '%s\n' "$*"; }

# clock sets $now: milliseconds of a clock that nobody sets, since the boot.
clock() { read -r now _ </proc/uptime && now=${now%.*}${now#*.}0; }

# doing WHAT: tells the controller what begins now, in words, and which of how many steps it
# is. What was begun before has ended.
doing() { clock && count=$((count + 1)) && say "doing: $((now - began)) $count/$steps $1"; }

# over: so has the last one.
over() { clock && say "over: $((now - began))"; }

# begin RUN WHO WAIT FOR: the lock lives as long as this shell.
begin() {
	run=$1 dir=$state/runs/$1 job=
	[ -d "$state/runs" ] || { mkdir -p "$state/runs" && chmod 700 "$state" "$state/runs"; } || { say "cannot write in $state"; exit 77; }
	lock "$3" "$4"
	clock && began=$now
	[ ! -e "$dir" ] || rm -rf "$dir"
	said=$(mkdir "$dir" "$dir/old" "$dir/new" "$dir/rehearsal" 2>&1) || { unwritable "cannot write in" "$said"; exit 77; }
	say "$2" >"$state/holder"
	: >"$dir/err"
	trap '' HUP PIPE
	trap 'fail cancelled' INT TERM
	sweep
}

# unwritable TRIED SAID: why something could not be written below $state.
unwritable() {
	case $2 in
	*"No space left"*) say "the disk of $state is full: make room there" ;;
	*) say "$1 $state: $2" ;;
	esac
}

# bounded SECONDS COMMAND...: timeout has its own process group, so a signal to ours has
# to be passed on; and wait, unlike a command, runs a trap at once.
bounded() {
	cd /
	timeout -k 10 "$@" </dev/null 7<&- 9>&- &
	job=$!
	wait $job
	set -- $?
	job=
	return $1
}

# forget FOLDER [FILE...]: the input of a run, and the output of its last command, may contain
# secrets. They are removed, and these files; what undoes the run, and describes it, stays.
forget() {
	of=$1
	shift
	rm -f "$of"/new/[0-9]* "$of/err" "$@"
}

# sweep removes what a killed run had staged, and its input.
sweep() {
	for f in "$state"/runs/*/err; do
		[ ! -e "$f" ] || [ "$f" = "$dir/err" ] || [ -e "${f%/err}/state" ] || forget "${f%/err}"
	done
	for f in "$state"/runs/*/staged "$state"/staged; do
		[ -e "$f" ] || continue
		while IFS= read -r p <&3; do unstage "$p" 2>/dev/null; done 3<"$f"
		rm -f "$f"
	done
	for f in "$state"/payload-*; do
		[ ! -e "$f" ] || find "$f" -mmin +10 -exec rm -f {} +
	done
}

# unpack: the payload is a tar stream on standard input. If the disk is full, there is
# no room for tar's message either.
unpack() { said=$(tar -xf - -C "$dir/new" 2>&1) || fail "$(unwritable "unpack the plan in" "$said")"; }

finish() {
	trap '' INT TERM
	over
	if [ -e "$dir/paths" ]; then fingerprint <"$dir/paths" >"$dir/after"; fi
	unstage_all
	forget "$dir" "$dir/staged" "$dir/pended" "$dir/pending" "$state/holder"
	# A change that may cut off access is kept only once it is confirmed; see arm.
	[ -e "$dir/revert.sh" ] || say "ok" >"$dir/state"
	prune
	sweep_builds
}

# prune keeps the transactions of the last five runs. A run's transactions are named
# RUN-NUMBER, RUN-beside-NUMBER and RUN-NUMBER-back, and a run's name has one dash.
prune() (
	cd "$state/runs" || return
	set -- && last=
	for d in *-*-*; do # sorted, so that those of a run stand together
		d=${d%"-${d#*-*-}"}
		[ "$d" = "$last" ] || set -- "$@" "$d"
		last=$d
	done
	while [ $# -gt 5 ]; do
		rm -rf "./$1"-*
		shift
	done
)
