# last UNIT [COMMAND...]: the last line that the unit has said: COMMAND prints that of its own log.
last() {
	unit=$1
	shift
	said=$([ $# = 0 ] || "$@" 2>/dev/null)
	[ -n "$said" ] || said=$(journalctl -q --no-pager -o cat -n 1 "_SYSTEMD_UNIT=$unit" 2>/dev/null)
	echo "$said"
}
