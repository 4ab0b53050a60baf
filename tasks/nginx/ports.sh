# ports_free UNIT FILTER: no program but the unit's listens on the ports of a filter of ss, which
# nginx -t does not notice. An nginx that somebody has started by hand is another program too.
ports_free() {
	command -v ss >/dev/null || return 0
	taken=$(ss -Hltnp "$2" | while read -r _ _ _ address _ rest; do
		while :; do
			case $rest in *pid=*) ;; *) break ;; esac
			rest=${rest#*pid=}
			pid=${rest%%[!0-9]*}
			is_of "$pid" "$1" || { read -r name <"/proc/$pid/comm" && echo "$address is taken by $name (process $pid)" && break; }
		done
	done)
	[ -z "$taken" ] || { echo "$taken"; echo "stop that program, or give it another port"; return 1; }
}
