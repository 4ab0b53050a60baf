# run_as USER SHELL: as the user, with that one's home.
run_as() {
	home=$(getent passwd "$1" | cut -d : -f 6)
	setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups env HOME="$home" USER="$1" LOGNAME="$1" sh -c "$2"
}

# accept CODE...: ends this shell, with 0 if what ran last has ended with one of the codes.
accept() {
	got=$?
	for code; do [ $got != "$code" ] || exit 0; done
	[ $got != 0 ] || exit 1
	exit $got
}
