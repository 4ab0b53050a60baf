# await_run STATE LOOKS CODE: waits for an active run on the host, with 0.2 s between two
# looks, and a second longer for one that has not said yet who it is: it may only reserve the
# host. If it goes on, prints its holder and exits with CODE.
await_run() {
	[ -r "$1/lock" ] && command -v flock >/dev/null || return 0
	left=$2
	until flock -s -n 8 8<"$1/lock"; do
		if [ "$left" -le 0 ] && { [ -e "$1/holder" ] || [ "$left" -le -5 ]; }; then
			cat "$1/holder" 2>/dev/null || echo "a run that has just begun"
			exit "$3"
		fi
		left=$((left - 1))
		sleep 0.2
	done
}
