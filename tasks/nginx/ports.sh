# ports_free FILTER: no other program listens on the ports of a filter of ss, which nginx -t
# does not notice.
ports_free() {
	command -v ss >/dev/null || return 0
	taken=$(ss -Hltnp "$1" | grep -v '"nginx"' | sed -n 's/^LISTEN *[0-9]* *[0-9]* *\([^ ]*\).*users:((\(.*\)).*/\1 is taken by \2/p')
	[ -z "$taken" ] || { echo "$taken"; echo "stop that program, or give it another port"; return 1; }
}
