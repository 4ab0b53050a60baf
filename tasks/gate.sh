# stays_up UNIT SECONDS: the unit has been up for so long, without a restart; see states.sh.
stays_up() {
	settled "$1"
	steady "$1" "$2" "$again" || { systemctl status --no-pager -n 5 -- "$1"; exit 1; }
}
