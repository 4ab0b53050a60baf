# valid -e WARNING...: nginx -t succeeds, and does not warn of one of these, each a name that
# two files have.
valid() {
	out=$(nginx -t 2>&1) || { printf '%s\n' "$out"; return 1; }
	if printf '%s\n' "$out" | grep -F "$@"; then
		echo "another file of nginx has that name: take it out there"
		return 1
	fi
}
