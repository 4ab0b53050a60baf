# await_run STATE LOOKS CODE: waits for an active run on the host, with 0.2 s between two
# looks. A run says who it is before it touches anything, so without a holder there is none; a
# holder may have been left. If the run goes on, prints its holder and exits with CODE.
await_run() {
	[ -e "$1/holder" ] && [ -r "$1/lock" ] && command -v flock >/dev/null || return 0
	left=$2
	until flock -s -n 8 8<"$1/lock"; do
		[ -e "$1/holder" ] || return 0
		[ "$left" -gt 0 ] || ! cat "$1/holder" 2>/dev/null || exit "$3"
		left=$((left - 1))
		sleep 0.2
	done
}
