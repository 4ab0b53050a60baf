# has_logged UNIT PATTERN: in this run of the unit, it or systemd about it.
has_logged() {
	id=$(systemctl show -p InvocationID --value "$1")
	journalctl -o cat --no-pager _SYSTEMD_INVOCATION_ID="$id" + INVOCATION_ID="$id" | grep -qE -e "$2"
}
