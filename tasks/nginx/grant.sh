# grant USER FOLDER: lets the user read the attachments below the folder of Odoo's data, and
# what will be created there: on open folders, so that a renamed or replaced one does no
# harm, and on what is Odoo's with the rights of its owner. It uses folders.sh.
grant() {
	u=$1 d=$2
	[ -d "$d" ] || { echo "there is no $d: Odoo makes it when it first starts"; return 1; }
	[ -d "$d/filestore" ] || let_in "$d" mkdir -m 0700 filestore || return 1
	p=$d
	while [ "$p" != / ]; do
		setpriv --reuid="$u" --regid="$(id -g "$u")" --init-groups test -x "$p" || let_in "$p" setfacl -m "u:$u:--x" . || return 1
		p=$(dirname "$p")
	done
	let_in "$d/filestore" setfacl -R -P -m "u:$u:rX,d:u:$u:rX" .
}

# let_in FOLDER COMMAND...: runs in it, with the rights of its owner.
let_in() { enter "$1" && shift && as "$(stat -c %u .)" "$(stat -c %g .)" "$@"; }
