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
	was=$(stat -c %d .)
	mkdir -p "$rehearsal/$count/upper" "$rehearsal/$count/work" && liken . "$rehearsal/$count/upper" &&
		mount -t overlay none -o "lowerdir=$physical,upperdir=$rehearsal/$count/upper,workdir=$rehearsal/$count/work" "$physical" || impossible "no overlay over $physical"
	cd / && enter "$1" && now=$(stat -c %d .) && [ "$now" != "$was" ] || impossible "no overlay over $physical"
	shown=$shown$physical$nl layers="$layers $now "
}

# put VERB PATH ...: as in the transaction, but only if it stays in this namespace.
put() {
	at "$2" || impossible "put $2"
	if [ -n "$foreign" ] || [ "$PWD" != "$laid" ]; then
		case $layers in *" $(stat -c %d .) "*) laid=$PWD ;; *) impossible "$2 is not in an overlay" ;; esac
	fi
	"$@" || impossible "put $2"
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
