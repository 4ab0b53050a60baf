# Only one run at a time works on a host.

# What the holder says of itself once its controller is gone.
dying="it was cut short, and puts back what it had begun"

# lock WAIT FOR: waits up to WAIT seconds for a held lock, or for a host that is
# reserved for a run other than FOR. A new reservation is noticed once the lock is held.
lock() {
	exec 9>>"$state/lock" || exit 77
	for=$2
	within $(($1 + 1)) allowed && ! reserved >/dev/null && return
	who=$(holder)
	[ -n "$who" ] || { sleep 1 9>&- && who=$(holder); } # a run that begins has not said yet
	say "${who:-a run that has just begun}"
	exit 75
}

holder() {
	reserved || sed 1q "$state/holder" 2>/dev/null
	sed 1d "$state/holder" 2>/dev/null
}

# reserve RUN WHO: keeps the host for one run, as long as the shell lives to which its
# controller sends its scripts.
reserve() {
	rm -f "$state/reserved" "$state/holder"
	ln -s "$1:$$:$(born $$):$2" "$state/reserved" || exit 77
}

# reserved prints who has the host, if we have not.
reserved() {
	[ -L "$state/reserved" ] && held=$(readlink "$state/reserved") && [ "${held%%:*}" != "$for" ] || return
	held=${held#*:}
	since=${held#*:}
	[ "$(born "${held%%:*}")" = "${since%%:*}" ] && say "${since#*:}"
}

allowed() { ! reserved >/dev/null && take; }

# take: the lock is released when this shell ends, however it ends.
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

# born PID: the start time of a running process. A process ID may be reused; a process
# ID with its start time is unique.
born() {
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return
	set -- ${line##*) }
	[ "$1" != Z ] && say "${20}"
}

# claim is the lock for hosts without flock: links to PID:START, of which the one with
# the highest number counts. If its process has ended, one shell can take the next
# number; one that took an old number, after looking too early, sees a higher one. So no
# link that counts is ever removed.
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
