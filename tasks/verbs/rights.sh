# Work with less than root's rights.

# as USER GROUP COMMAND...: with exactly the rights of a user, by name or ID. setpriv
# leaves no line in the login records; busybox systems lack it. The descriptor of a room,
# see go_in, is not for others.
as() (
	user=$1 group=$2
	shift 2
	if command -v setpriv >/dev/null; then exec setpriv --reuid="$user" --regid="$group" --init-groups -- "$@" 7<&-; fi
	exec runuser -u "$user" -g "$group" -- "$@" 7<&-
)
