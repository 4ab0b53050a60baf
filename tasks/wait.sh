# await_run STATE LOOKS CODE: waits for an active run on the host, with 0.2 s between two
# looks. If it goes on, prints its holder and exits with CODE.
await_run() {
	[ -r "$1/lock" ] && command -v flock >/dev/null || return 0
	left=$2
	until flock -s -n "$1/lock" true; do
		[ "$left" -gt 0 ] || { cat "$1/holder"; exit "$3"; }
		left=$((left - 1))
		sleep 0.2
	done
}
