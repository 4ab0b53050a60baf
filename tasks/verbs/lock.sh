# One run at a time works on a host.

# lock WAIT FOR: a held lock is waited for so many seconds, and so is a host that
# is reserved for another run than FOR. Who reserved it just now is found once the
# lock is held.
lock() {
	exec 9>>"$state/lock" || exit 77
	for=$2
	within $(($1 + 1)) allowed && ! reserved >/dev/null && return
	reserved || cat "$state/holder" 2>/dev/null
	exit 75
}

# reserve RUN WHO: keeps the host for one run, for as long as the shell lives to
# which its controller sends one script after the other.
reserve() {
	rm -f "$state/reserved"
	ln -s "$1:$$:$(born $$):$2" "$state/reserved" || exit 77
}

# reserved tells for whom, where that is not us.
reserved() {
	held=$(readlink "$state/reserved") && [ "${held%%:*}" != "$for" ] || return
	held=${held#*:}
	since=${held#*:}
	[ "$(born "${held%%:*}")" = "${since%%:*}" ] && say "${since#*:}"
}

allowed() { ! reserved >/dev/null && take; }

# take: the lock is free again as soon as this shell has ended, however it ended.
take() { if command -v flock >/dev/null; then flock -n 9; else claim; fi; }

hold() { within "$1" take; }

# within SECONDS CONDITION. Not every flock can wait.
within() {
	left=$(($1 * 5))
	until $2; do
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
	read -r self _ </proc/self/stat
	highest
	if [ $n -gt 0 ]; then
		held=$(readlink "$state/held.$n") && [ "$(born "${held%:*}")" != "${held#*:}" ] || return
	fi
	number=$((n + 1))
	ln -s "$self:$(born "$self")" "$state/held.$number" 2>/dev/null || return
	highest
	if [ $n != $number ]; then
		rm -f "$state/held.$number"
		return 1
	fi
	for f in "$state"/held.*; do [ "${f##*.}" -ge $number ] || rm -f "$f"; done
}

highest() {
	n=0
	for f in "$state"/held.*; do
		[ ! -L "$f" ] || [ "${f##*.}" -le $n ] || n=${f##*.}
	done
}
