# end_connections USER ADDRESS...: ends the connections from there that processes of the user have.
end_connections() {
	user=$1
	shift
	for address; do
		for p in $(ss -Hntp state established dst "$address" | grep -o 'pid=[0-9]*' | cut -d = -f 2 | sort -u); do
			[ "$(stat -c %U "/proc/$p" 2>/dev/null)" != "$user" ] || kill "$p"
		done
	done
}
