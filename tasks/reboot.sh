# down_again FILE: prints the services of the list in FILE that do not run.
down_again() {
	while read -r unit; do
		[ "$(systemctl show -p ActiveState --value "$unit")" = active ] || echo "$unit"
	done <"$1"
}
