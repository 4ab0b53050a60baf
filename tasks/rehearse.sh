# The rehearsal runs in a mount namespace of its own, where the new files are put
# in place and checked.
#
# exit: 0 every check passed, 1 one failed, 2 it cannot be done here
run=$1 root=$2 room=$3 count=0

impossible() {
	echo "$*" >&2
	exit 2
}

# show DIRECTORY: from here on, changes to it stay in this namespace. What is
# mounted below it would be hidden, so there must be nothing. What is seen has the
# owner and mode of the upper directory.
show() {
	while read -r _ _ _ _ point _; do
		case $point in "$1"/*) impossible "$point is mounted below $1" ;; esac
	done </proc/self/mountinfo
	count=$((count + 1))
	mkdir -p "$room/$count/upper" "$room/$count/work" &&
		chown "$(stat -c %u:%g "$1")" "$room/$count/upper" && chmod "$(stat -c %a "$1")" "$room/$count/upper" &&
		mount -t overlay none -o "lowerdir=$1,upperdir=$room/$count/upper,workdir=$room/$count/work" "$1" || impossible "no overlay over $1"
}

put() { mv -fT "${1%/*}/.${1##*/}.odooctl-$run" "$1" || impossible "put $1"; }

check() {
	if ! (eval "$2"); then
		echo "check $1" >&8
		exit 1
	fi
}

[ -z "$root" ] || impossible "not at the root"
exec 8>"$room/failed"
mount --make-rprivate / && mount -t tmpfs none "$room" || impossible "no mount"
