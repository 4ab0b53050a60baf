# readable USER FOLDER: the user can read it, and all that is created in its folders, one per
# database: every file inherits the rights of its folder.
readable() {
	setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups test -r "$2" -a -x "$2" || return
	for d in "$2" "$2"/*; do
		getfacl -cp -- "$d" 2>/dev/null | grep -q "^default:user:$1:r-x" || [ ! -d "$d" ] || return 1
	done
}
