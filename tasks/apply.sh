# The verbs of a transaction. The packed plan calls them one per line; see
# pack.go for the order. $root is empty but in tests.
#
# exit: 0 done, 75 locked, 76 the host is not as planned, 77 failed and put
# back, 78 failed and not put back
state=$root/var/lib/odooctl
say() { printf '%s\n' "$*"; }

# begin RUN WHO: the lock lives as long as this shell.
begin() {
	run=$1 dir=$state/runs/$1
	mkdir -p "$state/runs" && chmod 700 "$state" "$state/runs" || { say "cannot write in $state"; exit 77; }
	exec 9>>"$state/lock" || exit 77
	if ! flock -n 9; then
		say "$(cat "$state/holder" 2>/dev/null)"
		exit 75
	fi
	say "$2" >"$state/holder"
	rm -rf "$dir"
	mkdir "$dir" "$dir/old" "$dir/new" || { say "cannot write in $state"; exit 77; }
	: >"$dir/err"
	trap '' HUP PIPE
	trap 'fail cancelled' INT TERM
	sweep
}

# sweep removes what a run that was killed had staged.
sweep() {
	for f in "$state"/runs/*/staged; do
		[ -e "$f" ] || continue
		while IFS= read -r p; do rm -f "$p"; done <"$f"
		rm -f "$f"
	done
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
	say "failed: $*"
	tail -n 20 "$dir/err"
	if undo; then
		say "put back"
		exit 77
	fi
	say "not put back: see $dir"
	exit 78
}

undo() {
	bad=0
	cd "$root/"
	if [ -e "$dir/undo" ]; then
		sed '1!G;h;$!d' "$dir/undo" >"$dir/undo.now"
		while IFS= read -r line <&3; do
			eval "$line" >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/undo.now"
	fi
	if [ -e "$dir/pended" ]; then
		if [ -e "$dir/pending" ]; then cp -p "$dir/pending" "$state/pending"; else rm -f "$state/pending"; fi
	fi
	if [ -e "$dir/reloaded" ]; then systemctl daemon-reload >>"$dir/undo.log" 2>&1; fi
	if [ -e "$dir/acted" ]; then
		while read -r verb unit <&3; do
			[ "$verb" != start ] || continue
			systemctl reset-failed "$unit" 2>/dev/null
			systemctl "$verb" "$unit" >>"$dir/undo.log" 2>&1 && steady "$unit" 2 >>"$dir/undo.log" 2>&1 || bad=1
		done 3<"$dir/acted"
	fi
	clear_staged
	say "put back $bad" >"$dir/state"
	return $bad
}

clear_staged() {
	if [ -e "$dir/staged" ]; then
		while IFS= read -r p; do rm -f "$p"; done <"$dir/staged"
		rm -f "$dir/staged"
	fi
}

# save PATH: a copy of what stands there, or a note that nothing does.
save() {
	old=$dir/old$1
	if [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		mkdir -p "$old" && chown --reference="$root$1" "$old" && chmod --reference="$root$1" "$old"
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
		chown --reference="$old" "$root$1" && chmod --reference="$old" "$root$1"
	elif [ -e "$old" ] || [ -L "$old" ]; then
		beside "$1"
		cp -a "$old" "$new" && mv -fT "$new" "$root$1"
	elif [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		rmdir "$root$1"
	else
		rm -f "$root$1"
	fi
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
	say "$verb $unit" >>"$dir/acted"
	was=$(eval "$3" 2>/dev/null)
	[ "$verb" = reload ] || systemctl reset-failed "$unit" 2>/dev/null
	if ! timeout 300 systemctl "$verb" "$unit" >"$dir/err" 2>&1 9>&-; then lost "$verb $unit"; fi
	if [ -n "$proof" ]; then
		until (set -- "$was"; eval "$proof") >"$dir/err" 2>&1 9>&-; do
			case $(property "$unit" SubState) in auto-restart | failed | dead) lost "$verb $unit: it does not stay up" ;; esac
			[ $left -gt 0 ] || lost "$verb $unit: no proof that it took effect"
			left=$((left - 1))
			sleep 0.2
		done
		steady "$unit" 0 || lost "$verb $unit: it does not stay up"
	else
		steady "$unit" 2 || lost "$verb $unit: it does not stay up"
	fi
	unpend "$unit"
}

lost() {
	journalctl -u "$unit" -n 15 -o cat --no-pager >>"$dir/err" 2>/dev/null
	fail "$1"
}

# command TITLE SHELL SECONDS
command_() {
	timeout "$3" sh -c "$2" </dev/null >"$dir/err" 2>&1 9>&- || fail "$1"
}

finish() {
	trap '' INT TERM
	clear_staged
	say ok >"$dir/state"
	rm -f "$state/holder"
	for d in "$state"/runs/*; do say "$d"; done | sort -r | sed 1,5d | while IFS= read -r d; do rm -rf "$d"; done
}
