# Makes a virtual environment. Packages run programs of their own when they are built, so
# pip is not root: it is the user as whom Odoo will run, and what it has made is root's
# afterwards; until then root writes nothing below a folder of that user.

as() { setpriv --reuid="$user" --regid="$user" --init-groups env HOME="$new/.home" LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@"; }

# environment DIR USER PYTHON SITE LINK REQUIREMENTS CONSTRAINTS PIP...: in the folder DIR,
# by that PYTHON, with the distribution's packages where SITE is not empty. REQUIREMENTS
# and CONSTRAINTS are lines for pip, beside its arguments PIP. Odoo itself is found by a .pth
# file (Python library reference, site), in whatever version LINK leads to.
environment() {
	new=$1 user=$2 python=$3 site=$4 link=$5 more=$6
	printf %s "$6" >"$new/requirements.txt"
	printf %s "$7" >"$new/constraints.txt"
	shift 7
	chown "$user:$user" "$new" && cd "$new" || exit
	as "$python" -m venv ${site:+--system-site-packages} "$new" || { echo "no virtual environment can be made: is the venv module of that Python installed?"; exit 1; }
	[ ! -s "$new/constraints.txt" ] || export PIP_CONSTRAINT="$new/constraints.txt"
	[ -z "$more" ] || set -- "$@" -r "$new/requirements.txt"
	as "$new/bin/python3" -m pip install -q --no-cache-dir "$@" || exit
	as "$new/bin/python3" -c 'import sys, sysconfig; open(sysconfig.get_paths()["purelib"] + "/odooctl.pth", "w").write(sys.argv[1])' "$link" || exit
	rm -rf "$new/.home"
	chown -R root:root "$new" && chmod -R go-w "$new"
}
