# Whose a path is. It is root's if only root can create, rename or remove anything on
# the way to it. Otherwise it is in a folder of others, who may redirect it anywhere: it
# is accessed with their rights only. $me and $mine are 0 except in tests.

nl='
'

# judge PATH...: records the folders of others among these, which come parents first. It
# fails if some vanished meanwhile.
judge() {
	theirs=0
	for p; do
		shift
		if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "$p"; fi
	done
	[ $# -gt 0 ] || return 0
	marks=$(stat -c '%u %g %f %U:%G' -- "$@" 2>/dev/null)$nl
	for p; do
		mark=${marks%%"$nl"*} marks=${marks#*"$nl"}
		[ "$mark" ] || return
		whose "$p"
		[ "$by" ] || weigh "$p"
	done
	[ -z "$marks" ]
}

# weigh PATH: records it with its $mark if others control its content: its owner, or
# those that may write in it. An ACL may let others do that besides the mode.
weigh() {
	uid=${mark%% *} mark=${mark#* } gid=${mark%% *} mark=${mark#* } mode=${mark%% *} name=${mark#* }
	case $uid$mode in
	"$me"a*)
		name=$(follow "$1")
		by=${name%% *} name=${name#* }
		;;
	*a???) by=$uid name=${name%%:*} ;; # he has made the link, when the folder was his
	*)
		mode=$((0x$mode))
		if [ "$uid" != "$me" ]; then
			by=$uid name=${name%%:*}
		elif [ $((mode & 2)) != 0 ]; then
			by=nobody:65534 name=everybody
		elif [ $((mode & 16)) != 0 ] && { [ "$gid" != "$mine" ] || [ "$(ls -ld "$1" | cut -c 11)" = + ]; }; then
			by=nobody:$gid name="group ${name#*:}"
		fi
		;;
	esac
	[ "$by" ] || return 0
	theirs=$((theirs + 1))
	eval "at_$theirs=\$1 by_$theirs=\$by name_$theirs=\$name"
}

# follow LINK: prints who besides root controls where root's link leads.
follow() (
	hops=$((hops + 1))
	[ $hops -lt 40 ] || exit 0
	to=$(readlink "$1")
	case $to in /*) at= ;; *) at=${1%/*} ;; esac
	set --
	while [ "$to" ]; do
		part=${to%%/*}
		case $to in */*) to=${to#*/} ;; *) to= ;; esac
		[ -z "$part" ] || { at=$at/$part && set -- "$@" "$at"; }
	done
	judge "$@" || judge "$@" || { echo "nobody:65534 everybody" && exit; }
	[ $theirs = 0 ] || echo "$by_1 $name_1"
)

# whose PATH: sets $by to the rights to access it with, "" for root's own, and $at to
# the folder of others that it is in.
whose() {
	by= at= i=0
	while [ $i -lt $theirs ]; do
		i=$((i + 1))
		eval "case \$1 in \"\$at_$i\"/*) by=\$by_$i at=\$at_$i && break ;; esac"
	done
}

# with BY COMMAND...: runs with the rights that whose has found. What others could take
# over gets none of our input, and its output goes no further than the pipe that it is
# read from.
with() {
	by=$1
	shift
	case $by in
	'') "$@" ;;
	nobody:*) as nobody "${by#*:}" "$@" </dev/null 2>/dev/null ;;
	*) group_of "$by" && as "$by" "$group" "$@" </dev/null 2>/dev/null ;;
	esac
}

# group_of UID: sets $group to the group of a user, whom id finds where passwd does not.
group_of() {
	while IFS=: read -r _ _ uid group _; do [ "$uid" != "$1" ] || return 0; done </etc/passwd
	group=$(id -g "$1" 2>/dev/null) || group=65534
}
