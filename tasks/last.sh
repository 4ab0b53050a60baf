# last UNIT [COMMAND...]: the last that the unit has said: COMMAND prints it from its own log. In
# the journal the last line may only say that there was an error, as that of nginx -t.
last() {
	unit=$1
	shift
	said=$([ $# = 0 ] || "$@" 2>/dev/null)
	[ -n "$said" ] || said=$(journalctl -q --no-pager -o cat -n 2 "_SYSTEMD_UNIT=$unit" 2>/dev/null)
	echo "$said"
}
