# The verbs of a transaction. The packed plan calls them one per line; see
# pack.go for the order. $root is empty but in tests.
#
# exit: 0 done, 75 locked, 76 the host is not as planned, 77 failed and put
# back, 78 failed and not put back, 79 there is no such run to go back to
state=$root/var/lib/odooctl
window=2 # seconds that a unit without a proof has to stay up
[ -z "$root" ] || window=0
say() { printf '%s\n' "$*"; }

# begin RUN WHO WAIT: the lock lives as long as this shell.
begin() {
	run=$1 dir=$state/runs/$1 job=
	mkdir -p "$state/runs" && chmod 700 "$state" "$state/runs" || { say "cannot write in $state"; exit 77; }
	lock "$3"
	say "$2" >"$state/holder"
	rm -rf "$dir"
	mkdir "$dir" "$dir/old" "$dir/new" || { say "cannot write in $state"; exit 77; }
	: >"$dir/err"
	trap '' HUP PIPE
	trap 'fail cancelled' INT TERM
	sweep
}

# lock WAIT: a held lock is waited for so many seconds.
lock() {
	exec 9>>"$state/lock" || exit 77
	hold $(($1 + 1)) && return
	say "$(cat "$state/holder" 2>/dev/null)"
	exit 75
}

# hold SECONDS: the lock is free again as soon as this shell has ended, however it
# ended. Not every flock can wait.
hold() {
	left=$(($1 * 5))
	until if command -v flock >/dev/null; then flock -n 9; else claim; fi; do
		[ $left -gt 0 ] || return 1
		left=$((left - 1))
		sleep 0.2
	done
}

# born PID: when a process that runs was started. A number may be given to another
# process one day; a number with its start may not.
born() {
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return
	set -- ${line##*) }
	[ "$1" != Z ] && say "${20}"
}

# claim is the lock of a host without flock: links to PID:START, of which the one
# with the highest number counts. Where its process has ended, the next number is
# there for one to take; who took an old number, having looked too early, sees a
# higher one. So no link that counts is ever removed.
claim() {
	read -r me _ </proc/self/stat
	highest
	if [ $n -gt 0 ]; then
		held=$(readlink "$state/held.$n") && [ "$(born "${held%:*}")" != "${held#*:}" ] || return
	fi
	mine=$((n + 1))
	ln -s "$me:$(born "$me")" "$state/held.$mine" 2>/dev/null || return
	highest
	if [ $n != $mine ]; then
		rm -f "$state/held.$mine"
		return 1
	fi
	for f in "$state"/held.*; do [ "${f##*.}" -ge $mine ] || rm -f "$f"; done
}

highest() {
	n=0
	for f in "$state"/held.*; do
		[ ! -L "$f" ] || [ "${f##*.}" -le $n ] || n=${f##*.}
	done
}

# bounded SECONDS COMMAND...: timeout has a process group of its own, so a signal
# to ours has to be passed on; and wait, unlike a command, lets a trap in at once.
bounded() {
	timeout -k 10 "$@" </dev/null 9>&- &
	job=$!
	wait $job
	set -- $?
	job=
	return $1
}

# sweep removes what a run that was killed had staged.
sweep() {
	for f in "$state"/runs/*/staged; do
		[ -e "$f" ] || continue
		while IFS= read -r p; do rm -f "$p"; done <"$f"
		rm -f "$f"
	done
	find "$state" -maxdepth 1 -name 'payload-*' -mmin +60 -exec rm -f {} +
}

# unpack: the payload is a tar stream on standard input.
unpack() { tar -xf - -C "$dir/new" 2>"$dir/err" || fail "unpack the plan"; }

stale() {
	say "$1"
	rm -rf "$dir"
	exit 76
}

# expect_text SUMS: every file has the content that the plan was made from.
expect_text() {
	out=$(cd "$root/" && sha256sum -c "$dir/new/$1" 2>/dev/null | sed -n 's/: FAILED.*//p')
	[ -z "$out" ] || stale "changed since it was read: $(echo $out)"
}

# expect_like LINES PATH...: type, mode and owner are as planned.
expect_like() {
	want=$1
	shift
	got=$(cd "$root/" && stat -c '%F %a %U %G %n' -- "$@" 2>&1 | sed 's/^regular empty file/regular file/')
	[ "$got" = "$want" ] || stale "changed since it was read: $(echo $got)"
}

# expect_none PATH...: nothing stands where the plan makes something.
expect_none() {
	for p; do
		if [ -e "$root$p" ] || [ -L "$root$p" ]; then stale "made since it was read: $p"; fi
	done
}

# step UNDO VERB ARGS...: what undoes a step is on disk before the step is taken.
step() {
	say "$1" >>"$dir/undo"
	shift
	"$@" </dev/null >"$dir/err" 2>&1 || fail "$*"
}

fail() {
	trap '' INT TERM
	[ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null
	disarm
	say "failed: $*"
	tail -n 20 "$dir/err"
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
		while IFS= read -r p; do rm -f "$p"; done <"$dir/staged"
		rm -f "$dir/staged"
	fi
}

# liken MODEL PATH: owner and mode. Not every chown knows --reference.
liken() { chown "$(stat -c %u:%g "$1")" "$2" && chmod "$(stat -c %a "$1")" "$2"; }

# save PATH: a copy of what stands there, or a note that nothing does.
save() {
	old=$dir/old$1
	say "$1" >>"$dir/paths"
	if [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		mkdir -p "$old" && liken "$root$1" "$old"
	elif [ -e "$root$1" ] || [ -L "$root$1" ]; then
		mkdir -p "${old%/*}" && cp -a "$root$1" "$old"
	else
		say "$1" >>"$dir/absent"
	fi 2>"$dir/err" || fail "back up $1"
}

# restore PATH: the undo of everything done to a path.
restore() {
	old=$dir/old$1
	if [ -d "$old" ] && [ ! -L "$old" ]; then
		[ -d "$root$1" ] || mkdir "$root$1"
		liken "$old" "$root$1"
	elif unchanged "$1" "$old"; then
		:
	elif [ -e "$old" ] || [ -L "$old" ]; then
		beside "$1"
		cp -a "$old" "$new" && mv -fT "$new" "$root$1"
	elif [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		rmdir "$root$1"
	else
		rm -f "$root$1"
	fi
}

# unchanged PATH COPY: a file that was never swapped need not be put back, and one
# that cannot be swapped could not be.
unchanged() {
	[ -f "$2" ] && [ ! -L "$2" ] && [ -f "$root$1" ] && [ ! -L "$root$1" ] && cmp -s "$2" "$root$1" &&
		[ "$(stat -c '%a %u %g' "$2")" = "$(stat -c '%a %u %g' "$root$1")" ]
}

# beside PATH: the name of the staged file, in the same directory. It starts with
# a dot and does not end in .conf, so that no include takes it.
beside() {
	new=$root${1%/*}/.${1##*/}.odooctl-$run
	say "$new" >>"$dir/staged"
}

# dress PATH OWNER GROUP MODE: the staged file keeps ACL and labels of the old one.
dress() {
	if [ -f "$root$1" ] && [ ! -L "$root$1" ]; then
		if [ "$(stat -c %h "$root$1")" != 1 ]; then
			say "$1 has other names (hard links), which would keep the old content: remove them first" >&2
			return 1
		fi
		cp --attributes-only --preserve=all "$root$1" "$new" 2>/dev/null || cp --attributes-only -p "$root$1" "$new"
	fi
	chown "$2:$3" "$new" && chmod "$4" "$new" && sync "$new"
}

# stage NAME PATH OWNER GROUP MODE
stage() {
	beside "$2"
	{ (umask 077 && cat "$dir/new/$1" >"$new") && dress "$2" "$3" "$4" "$5"; } 2>"$dir/err" || fail "stage $2"
}

# stage_born SHELL PATH OWNER GROUP MODE: the content is made here.
stage_born() {
	beside "$2"
	{ (umask 077 && sh -c "$1" sh "$new" </dev/null >/dev/null) && dress "$2" "$3" "$4" "$5"; } 2>"$dir/err" || fail "make $2"
}

# stage_link TARGET PATH
stage_link() {
	beside "$2"
	ln -s "$1" "$new" 2>"$dir/err" || fail "stage $2"
}

swap() {
	beside "$1"
	mv -fT "$new" "$root$1"
}

remove() { rm -f "$root$1"; }
remove_dir() { rmdir "$root$1"; }
make_dir() { mkdir "$root$1" && chown "$2:$3" "$root$1" && chmod "$4" "$root$1"; }
own() { chown "$2:$3" "$root$1" && chmod "$4" "$root$1"; }

add_group() { groupadd --system "$1"; }
drop_group() { ! getent group "$1" >/dev/null || groupdel "$1"; }
add_user() { useradd --system --gid "$1" --home-dir "$2" --no-create-home --shell "$3" "$1"; }
drop_user() { ! getent passwd "$1" >/dev/null || userdel "$1"; }
alter_user() { usermod --home "$2" --shell "$3" "$1"; }

# sql VERSION SOCKET PORT DATABASE NAME
sql() {
	psql=/usr/lib/postgresql/$1/bin/psql
	[ -x "$psql" ] || psql=psql
	as_postgres "$psql" -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h "$2" -p "$3" -d "$4" -f - <"$dir/new/$5"
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

# check TITLE SHELL
check() {
	(eval "$2") </dev/null >"$dir/err" 2>&1 || fail "check $1"
}

# rehearse NAME: the checks see the whole set of new files at their real paths,
# in a mount namespace of their own. Where the kernel does not allow that, they
# run after the swap.
rehearse() {
	rehearsed=
	mkdir -p "$dir/rehearsal"
	unshare -m sh "$dir/new/$1" "$run" "$root" "$dir/rehearsal" </dev/null >"$dir/err" 2>&1 9>&-
	case $? in
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
stop() { systemctl stop "$1"; }
start() { systemctl start "$1"; }

property() { systemctl show -p "$2" --value "$1" 2>/dev/null; }

# steady UNIT SECONDS: active all the time and not started anew. systemctl
# restart returns 0 for a Type=simple unit that falls over at once.
steady() {
	id=$(property "$1" InvocationID) again=$(property "$1" NRestarts) n=$(($2 * 5))
	while :; do
		case $(property "$1" ActiveState) in active) ;; *) return 1 ;; esac
		if [ "$(property "$1" InvocationID)" != "$id" ] || [ "$(property "$1" NRestarts)" != "$again" ]; then return 1; fi
		[ $n -gt 0 ] || return 0
		n=$((n - 1))
		sleep 0.2
	done
}

# act VERB UNIT BEFORE AFTER WITHIN: reload, restart or start, and the proof
# that it took effect.
act() {
	verb=$1 unit=$2 proof=$4 left=$(($5 * 5))
	if [ "$verb" != start ] && [ "$(property "$unit" ActiveState)" != active ]; then
		say "$unit does not run: nothing to $verb"
		unpend "$unit"
		return
	fi
	if [ "$verb" = start ]; then
		# A unit on its way up or down when it was looked at may have read the old files.
		case $(property "$unit" ActiveState) in inactive | failed) ;; *) verb=restart ;; esac
	fi
	[ -e "$dir/running" ] || systemctl list-units --type=service --state=running --no-legend --plain 2>/dev/null | cut -d ' ' -f 1 >"$dir/running"
	say "$verb $unit" >>"$dir/acted"
	was=$(eval "$3" 2>/dev/null)
	[ "$verb" = reload ] || systemctl reset-failed "$unit" 2>/dev/null
	bounded 300 systemctl "$verb" "$unit" >"$dir/err" 2>&1 || lost "$verb $unit"
	if [ -n "$proof" ]; then
		until (set -- "$was"; eval "$proof") >"$dir/err" 2>&1 9>&-; do
			case $(property "$unit" SubState) in auto-restart | failed | dead) lost "$verb $unit: it does not stay up" ;; esac
			[ $left -gt 0 ] || lost "$verb $unit: no proof that it took effect"
			left=$((left - 1))
			sleep 0.2
		done
		steady "$unit" 0 || lost "$verb $unit: it does not stay up"
	else
		steady "$unit" $window || lost "$verb $unit: it does not stay up"
	fi
	unpend "$unit"
}

lost() {
	journalctl -u "$unit" -n 15 -o cat --no-pager >>"$dir/err" 2>/dev/null
	fail "$1"
}

# command TITLE SHELL SECONDS
command_() {
	bounded "$3" sh -c "$2" >"$dir/err" 2>&1 || fail "$1"
}

# fingerprint: type, owner, mode and content of what stands at the paths read.
fingerprint() {
	while IFS= read -r p; do
		if [ -d "$root$p" ] && [ ! -L "$root$p" ]; then
			stat -c "%F %a %U %G $p" "$root$p"
		elif [ -L "$root$p" ]; then
			say "link $(readlink "$root$p") $p"
		elif [ -e "$root$p" ]; then
			say "$(stat -c '%a %U %G' "$root$p") $(sha256sum <"$root$p") $p"
		else
			say "none $p"
		fi
	done
}

finish() {
	trap '' INT TERM
	clear_staged
	if [ -e "$dir/paths" ]; then fingerprint <"$dir/paths" >"$dir/after"; fi
	rm -f "$dir/pended" "$dir/pending" "$state/holder"
	# What may cut the way in is kept only once it is confirmed; see arm.
	[ -e "$dir/revert.sh" ] || say "ok" >"$dir/state"
	prune
}

# prune keeps the transactions of the last five runs. A run's transactions are
# named RUN-NUMBER.
prune() (
	cd "$state/runs" || return
	for d in *-*; do say "${d%-*}"; done | sort -ru | sed 1,5d | while IFS= read -r d; do rm -rf "./$d"-*; done
)

# arm SECONDS: the old files come back by themselves unless somebody confirms.
arm() {
	armed=odooctl-revert-$run
	{
		say "root='$root' state='$state' dir='$dir' run='$run' job="
		cat "$dir/new/verbs"
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
	undo
	say "reverted by itself" >"$dir/state"
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

# rollback RUN: what a run did to the host, undone.
rollback() {
	mine=$dir dir=$state/runs/$1
	if [ "$(cat "$dir/state" 2>/dev/null)" != ok ]; then
		say "there is no run $1 to go back from: $(cat "$dir/state" 2>/dev/null || say 'not on this host, or older than the last five')"
		rm -rf "$mine"
		exit 79
	fi
	if [ -e "$dir/paths" ]; then
		edited=$(fingerprint <"$dir/paths" | diff "$dir/after" - | sed -n 's/^[<>] .* //p' | sort -u)
		if [ -n "$edited" ]; then
			say "edited since: $(echo $edited)"
			rm -rf "$mine"
			exit 76
		fi
	fi
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
