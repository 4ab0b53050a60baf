# Whose folders are they? If only root can change what a path means, names are trusted.
# Otherwise root trusts no name: it enters the folder, checks where it is, and works
# from there, in a room that no one else can enter.
nl='
'
me=0 trusted=$nl others=$nl rooms=$nl foreign= physical= at= new= seen= entered=
[ -z "$root" ] || while read -r k me _; do [ "$k" != Uid: ] || break; done </proc/self/status
cd -P -- "$root/" || exit
top=${PWD%/}

# refuse WHY: for the reader of the error.
refuse() {
	printf 'refused: %s\n' "$*" >&2
	return 1
}

# walk PATH: name by name, as the kernel does. It sets $physical, which has no links,
# and $foreign: the first part of the path that somebody other than root can change, or
# "". A link that leads out of such a folder could lead anywhere.
walk() {
	asked=$1 rest=$1 physical= link= hops=0
	set --
	while [ -n "$rest" ]; do
		rest=${rest#/}
		name=${rest%%/*}
		case $rest in */*) rest=/${rest#*/} ;; *) rest= ;; esac
		case $name in
		'' | .) continue ;;
		..) physical=${physical%/*} && continue ;;
		esac
		set -- "$@" "$root$physical/$name"
		if [ -L "$root$physical/$name" ]; then
			hops=$((hops + 1)) link=$physical/$name
			[ $hops -lt 40 ] || refuse "$asked: links without an end" || return
			to=$(readlink "$root$link") || return
			case $to in /*) physical= ;; esac
			rest=/$to$rest
		else
			physical=$physical/$name
		fi
	done
	foreign= walked=0
	[ $# -gt 0 ] || return 0
	odd=$(find "$@" -maxdepth 0 \( ! -user "$me" -o ! -type l \( -perm -0020 -o -perm -0002 \) \)) || walked=1
	while [ -n "$odd" ]; do
		if among_roots "${odd%%"$nl"*}"; then
			case $odd in *"$nl"*) odd=${odd#*"$nl"} ;; *) odd= ;; esac
		else
			foreign=${odd%%"$nl"*} odd=
			foreign=${foreign#"$root"}
		fi
	done
	case $foreign in '' | "$physical") return $walked ;; esac
	case $physical in "$foreign"/*) return $walked ;; esac
	refuse "$link is a link to $to that $(stat -c %U "$root$foreign"), who owns $foreign, may have made: remove it, or give the folder to root alone"
}

# among_roots FOLDER: only root and root's group can write in it. An access control
# list, shown by a +, may allow more.
among_roots() {
	[ -O "$1" ] || return
	# shellcheck disable=SC2046 # a word each
	set -- $(ls -lnd "$1")
	case $1 in d????w??-? | d????w??-?.) [ "$3 $4" = "$me 0" ] ;; *) false ;; esac
}

# enter FOLDER: enters it. A folder of root's stays so unless root gives it away; that
# others may write somewhere is remembered.
enter() {
	case $trusted in
	*"$nl$1$nl"*)
		foreign= physical=$1
		cd -- "$root$1/" || return
		return
		;;
	esac
	case $others in
	*"$nl$1	"*)
		foreign=${others#*"$nl$1	"}
		foreign=${foreign%%"$nl"*} physical=$1
		;;
	*)
		walk "$1" || return
		if [ -n "$foreign" ]; then
			[ "$physical" != "$1" ] || others=$others$1"	"$foreign$nl
		elif [ "$physical" = "$1" ]; then
			trusted=$trusted$1$nl
		fi
		;;
	esac
	cd -P -- "$root$physical/" || return
	[ "${PWD%/}" = "$top$physical" ] || refuse "$1 was exchanged for a link to $PWD: $foreign is not root's alone"
}

# at PATH: enters its folder, where its name is $at.
at() {
	enter "${1%/*}" && at=./${1##*/} seen=$at
}

# aside: sets $new to a name beside $at that no one else uses. It starts with a dot and
# does not end in .conf, so that no include matches it. In folders of others it is in a
# room: a folder of root's with an unpredictable name, which they can only rename. Its
# path is recorded before it is made.
aside() {
	new=./.${at##*/}.odooctl-$run
	[ -n "$foreign" ] || return 0
	at=../${at##*/} seen=$at
	case $rooms in
	*"$nl$physical/.odooctl-"*)
		room=${rooms#*"$nl$physical/.odooctl-"}
		room=.odooctl-${room%%"$nl"*}
		;;
	*)
		read -r room </proc/sys/kernel/random/uuid
		room=.odooctl-$room
		printf '%s\n' "$physical/$room" >>"$dir/staged" && mkdir -m 700 "./$room" || return
		rooms=$rooms$physical/$room$nl
		go_in || return
		# A new folder would inherit the access control list that they chose.
		! command -v setfacl >/dev/null || setfacl -b -k . 2>/dev/null || :
		return
		;;
	esac
	go_in
}

# beside: the same, for staging. It is recorded in root's folders too.
beside() {
	aside || return
	[ -n "$foreign" ] || printf '%s\n' "$physical/${new#./}" >>"$dir/staged"
}

# go_in: enters the room, which must be root's alone. Its parent may pass on its group. The last
# one stays open as descriptor 7: a folder that is the same one still is root's.
go_in() {
	cd -P -- "./$room" && [ "$PWD" = "$top$physical/$room" ] || room_exchanged || return
	# shellcheck disable=SC3013 # dash, bash and busybox have it
	if [ "$PWD" = "$entered" ] && [ . -ef /proc/self/fd/7 ]; then return; fi
	case $(stat -c '%u %a' .) in "$me 700" | "$me 2700") ;; *) room_exchanged || return ;; esac
	exec 7<. && entered=$PWD
}

room_exchanged() { refuse "$physical/$room was exchanged: $foreign is not root's alone"; }

# pin: makes what is at $at readable as $seen, and keeps it from being swapped
# meanwhile: in folders of others it gets a second name in the room. A file with more
# names may be anybody's; one that was pinned before had none then. It sets $traits to mode,
# owner and group, if it has looked.
pin() {
	traits=
	[ -n "$foreign" ] || return 0
	seen=./.${at##*/}.odooctl-pin
	# shellcheck disable=SC3013 # dash, bash and busybox have it
	if [ "$seen" -ef "$at" ] && [ -f "$seen" ] && [ ! -L "$seen" ] && [ ! -L "$at" ]; then return; fi
	if [ -L "$at" ] || { [ -e "$at" ] && [ ! -d "$at" ]; }; then
		[ ! -L "$seen" ] || rm -f "$seen" || return
		ln -fT "$at" "$seen" || return
		if [ -L "$seen" ]; then return; fi
		[ -f "$seen" ] || refuse "$physical/${at##*/} is neither a file nor a folder nor a link" || return
		traits=$(stat -c '%h %a %U %G' "$seen")
		[ "${traits%% *}" = 2 ] && traits=${traits#* } || refuse "$physical/${at##*/} has other names (hard links), and $foreign is not root's alone: remove them first"
	elif [ -e "$seen" ] || [ -L "$seen" ]; then
		rm -f "$seen"
	fi
}

# into NAME: enters a folder at $at, or in the room, and no other.
into() {
	case $1 in ../*) place=$top$physical/${1#../} ;; *) place=${PWD%/}/${1#./} ;; esac
	cd -P -- "$1" && [ "$PWD" = "$place" ] || refuse "$place was exchanged for a link"
}

# unstage PATH: removes a room with all that is in it, or what was staged in root's
# folder.
unstage() {
	at "$1" || return
	case ${1##*/} in
	.odooctl-????????-????-????-????-????????????)
		[ -d "$at" ] || return 0
		room=${at#./}
		(go_in && for f in ./* ./.[!.]* ./..?*; do
			if [ -e "$f" ] || [ -L "$f" ]; then wipe "$f" || exit; fi
		done) && rmdir "$at"
		;;
	*) wipe "$at" ;;
	esac
}

# wipe NAME: removes it and all that is below it.
wipe() {
	[ -e "$1" ] || [ -L "$1" ] || return 0
	if [ -L "$1" ] || [ ! -d "$1" ]; then
		rm -f "$1"
	elif whose "$1" && [ -z "$owner" ]; then
		rm -rf "$1"
	else
		(into "$1" && their find . -mindepth 1 -depth -exec rm -rf {} +) && rmdir "$1"
	fi
}

# whose FOLDER: sets $owner and $group of a folder in which others could change
# something while root walks it; "" if no one could.
whose() {
	owner= group=
	[ -n "$(find "$1" -type d \( ! -user "$me" -o -perm -0020 -o -perm -0002 \) 2>/dev/null | head -n 1)" ] || return 0
	owner=$(stat -c %u "$1") && group=$(stat -c %g "$1") || return
	[ "$owner" != "$me" ] || refuse "${PWD#"$top"}: in ${1#./}, which is root's, others can write: give all of it to root, or to them"
}

# their COMMAND...: runs on a whole folder with its owner's rights, and without the
# lock.
their() {
	if [ -z "$owner" ]; then "$@"; else as "$owner" "$group" "$@" 9>&-; fi
}
