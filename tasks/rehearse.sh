# The rehearsal runs in its own mount namespace, where the new files are put in place
# and checked.
#
# exit: 0 every check passed, 1 one failed, 2 not possible here
trusted=$4 others=$5 rooms=$6 rehearsal=$dir/rehearsal
count=0 shown=$nl layers= laid=
say() { printf '%s\n' "$*"; }

impossible() {
	echo "$*" >&2
	exit 2
}

# show FOLDER: from here on, changes to it stay in this namespace. Mounts below it would
# be hidden, so there must be none. The visible owner and mode are those of the upper
# directory. A folder behind a link is shown at its real path.
show() {
	enter "$1" || impossible "no way to $1"
	up=$physical
	while [ -n "$up" ]; do
		case $shown in *"$nl$up$nl"*) return ;; esac
		up=${up%/*}
	done
	case $physical in /proc/* | /sys/* | /dev/* | /run/* | /tmp/* | *[,:\\]* | '') impossible "no overlay over $physical" ;; esac
	while read -r _ _ _ _ point _; do
		case $point in "$physical"/*) impossible "$point is mounted below $physical" ;; esac
	done </proc/self/mountinfo
	count=$((count + 1))
	was=$(stat -c '%d %u:%g %a' .) && own=${was#* }
	mkdir -m "${own#* }" "$rehearsal/$count" "$rehearsal/$count/upper" "$rehearsal/$count/work" &&
		{ [ "${own% *}" = 0:0 ] || chown "${own% *}" "$rehearsal/$count/upper"; } &&
		mount -t overlay none -o "lowerdir=$physical,upperdir=$rehearsal/$count/upper,workdir=$rehearsal/$count/work" "$physical" || impossible "no overlay over $physical"
	cd / && enter "$1" && now=$(stat -c %d .) && [ "$now" != "${was%% *}" ] || impossible "no overlay over $physical"
	exec 6<. # the last folder that was seen in an overlay
	shown=$shown$physical$nl layers="$layers $now "
}

# put VERB PATH ...: as in the transaction, but only if it stays in this namespace.
put() {
	at "$2" || impossible "put $2"
	if [ -n "$foreign" ] || [ "$PWD" != "$laid" ]; then
		# shellcheck disable=SC3013 # dash, bash and busybox have it
		[ . -ef /proc/self/fd/6 ] || case $layers in *" $(stat -c %d .) "*) exec 6<. ;; *) impossible "$2 is not in an overlay" ;; esac
		laid=$PWD
	fi
	"$@" || impossible "put $2"
}

# lay FOLDER: covers the folder at $at with the one that comes in its place. A new one gets
# its place in an overlay.
lay() {
	if [ ! -d "$at" ]; then
		case $layers in *" $(stat -c %d .) "*) mkdir -m 755 "$at" ;; *) false ;; esac || impossible "$physical is not in an overlay"
	fi
	mount --bind "$1" "$at" || impossible "cover $physical/${at#./}"
}

# lay_tree PATH: the folder that was staged beside it.
lay_tree() { at "$1" && [ -z "$foreign" ] && aside && lay "$new" || impossible "lay $1"; }

# lay_checkout PATH: what was fetched, checked out beside the run, not in the working copy. A
# repository that is not root's could run something of its owner's.
lay_checkout() {
	at "$1" && [ -z "$foreign" ] && aside || impossible "lay $1"
	repository=$at
	[ -d "$at/.git" ] || repository=$new
	whose "$repository" && [ -z "$owner" ] || impossible "$1 is not root's"
	count=$((count + 1))
	(umask 022 && mkdir -p "$dir/laid/$count" && read -r _ commit _ <"$repository/.git/odooctl-next" &&
		GIT_INDEX_FILE=$dir/laid/$count.index git -c core.hooksPath=/dev/null --git-dir="$repository/.git" --work-tree="$dir/laid/$count" checkout -q --force "$commit" -- .) &&
		lay "$dir/laid/$count" || impossible "lay $1"
}

check() {
	if ! (cd / && eval "$2"); then
		echo "check $1" >&8
		exit 1
	fi
}

[ -z "$root" ] || impossible "not at the root"
exec 8>"$rehearsal/failed"
mount --make-rprivate / && mount -t tmpfs none "$rehearsal" || impossible "no mount"
