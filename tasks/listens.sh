# is_of PID UNIT: the process is in the unit's control group.
is_of() {
	{ while read -r line; do case $line in *"/$2" | *"/$2/"*) return 0 ;; esac; done <"/proc/$1/cgroup"; } 2>/dev/null
	return 1
}

# listens UNIT PORT: a process of the unit listens on that TCP port, whatever the address: an
# answer of another program there would prove nothing. A host that has no ss, or where it shows no
# processes, cannot tell. /proc/net/tcp would tell too, but there the kernel goes through all
# connections that a host could have: four times the work, and more on a larger host.
listens() {
	[ -n "$(ss -Hltn "sport = :$2" 2>/dev/null || echo 'not known')" ] || { echo "nothing listens on port $2 yet"; return 1; }
	rest=$(ss -Hltnp "sport = :$2" 2>/dev/null) other=
	while :; do
		case $rest in *pid=*) ;; *) break ;; esac
		rest=${rest#*pid=}
		pid=${rest%%[!0-9]*}
		! is_of "$pid" "$1" || return 0
		{ read -r other <"/proc/$pid/comm"; } 2>/dev/null && other="$other (process $pid)"
	done
	[ -z "$other" ] || { echo "port $2 is taken by $other, which is no part of $1: stop it, or choose another port"; return 1; }
}
