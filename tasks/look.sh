# Reports what is at paths, as fields that end with a NUL, followed by a tar. It runs
# with the rights of the owners of the folders that they are in.
#
# TOPS KIND PATH...: the folders, one per line; "" if all is root's.
nl='
'
field() { printf '%s\0' "$@"; }

# top PATH: sets $f to the folder of TOPS that it is in.
top() {
	f= list=$tops
	while [ "$list" ]; do
		f=${list%%"$nl"*} list=${list#*"$nl"}
		case $1 in "$f"/*) return ;; esac
	done
	return 1
}

# ours PATH: whether a pattern's match is to be read with these rights.
ours() { if [ "$tops" ]; then top "$1"; else whose "$1" && [ -z "$by" ]; fi; }

# open PATH: whether the path may be reported; if not, sets $why to closed or out, and
# $out. A link on the way may lead elsewhere in the folder, but not out of it.
open() {
	why= out=
	[ "$tops" ] && top "$1" || return 0
	d=${1%/*}
	while [ "$d" != "$f" ]; do
		if [ -L "$d" ]; then
			in=$(cd -P "$f" 2>/dev/null && pwd -P) out=$(cd -P "${1%/*}" 2>/dev/null && pwd -P)
			case $out/ in
			/) why=closed ;;
			"$in"/*) out= ;;
			*) why=out ;;
			esac
			break
		fi
		d=${d%/*}
	done
	d=${1%/*}
	while [ ! -e "$d" ] && [ "$d" != . ]; do d=${d%/*}; done
	[ -x "$d" ] || : "${why:=closed}"
	[ -z "$why" ]
}

# opens PATH: like open, and reports it if not.
opens() { open "$1" || { field "$why" "$1" "$out" && return 1; }; }

# readable PATH
readable() { [ -r "$1" ] || { field closed "$1" "" && return 1; }; }

like() { stat -c "%a$nl%U$nl%G" "$1" 2>/dev/null; }

# found PATH: adds it to the tar. Folders and links are not opened for that.
found() {
	opens "$1" || return
	if [ -z "$tops" ] || [ -L "$1" ] || [ -r "$1" ] || [ ! -e "$1" ]; then return 0; fi
	if [ -d "$1" ]; then field folder "$1" "$(like "$1")"; else field closed "$1" ""; fi
	return 1
}

# private PATH: by its digest, from which no key can be guessed.
private() {
	opens "$1" && [ -f "$1" ] && readable "$1" || return 0
	sum=$(sha256sum <"$1") && field private "$1" "$(like "$1")" "${sum%% *}"
}

# large PATH: a file of more than 1 MiB, by its digest.
large() {
	[ "$(find "$1" -maxdepth 0 -type f -size +2048 2>/dev/null)" ] || return
	sum=$(sha256sum <"$1") && field large "$1" "$(like "$1")" "${sum%% *}"
}

# tree PATH: the digests of all in it. A folder of others in root's is not safe to walk
# by name, and a name with a line end cannot be printed.
tree() {
	opens "$1/" && [ -d "$1" ] && readable "$1" || return 0
	printf 'tree\0%s\0' "$1"
	others="-type d ( ! -user $me -o -perm -002 -o -perm -020 ! -group $mine ) -prune -exec echo theirs ; -o"
	[ -z "$tops" ] || others=
	( cd "$1" && find . -name __pycache__ -prune -o -name "*$nl*" -prune -exec echo line ';' -o $others -type f -exec sha256sum {} + 2>/dev/null ) || echo closed
	printf '\0'
}

# checkout PATH: its owner controls what git does there, so git runs with the owner's
# rights.
checkout() {
	opens "$1/" && [ -d "$1/.git" ] || return 0
	rev= commit= url= edited= at=$1/.git/odooctl-rev
	if [ -f "$at" ]; then { read -r rev commit url <"$at"; } 2>/dev/null; fi
	head=$(git_ "$1" rev-parse -q --verify HEAD 2>/dev/null) || [ -z "$tops" ] || { field closed "$1/.git" "" && return; }
	[ -z "$(git_ "$1" status --porcelain 2>/dev/null | grep -v __pycache__)" ] || edited=edited
	field checkout "$1" "$rev" "$commit" "$url" "$head" "$edited"
}

git_() {
	in=$1
	shift
	if [ "$tops" ]; then set -- -c safe.directory='*' "$@" && export HOME=/nonexistent; fi
	GIT_OPTIONAL_LOCKS=0 git -C "$in" -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@"
}

tops=$1
shift
n=$#
while [ $n -gt 0 ]; do
	kind=$1 p=$2 n=$((n - 2))
	shift 2
	case $kind in
	path) ! found "$p" || set -- "$@" "$p" ;;
	glob)
		IFS=
		for q in ${p%/*}; do
			if [ "$tops" ] && top "$q/"; then open "$q/." || field shut "$p" "$q" "$out"; fi
		done
		for q in $p; do
			if [ -e "$q" ] || [ -L "$q" ]; then ours "$q" && found "$q" && set -- "$@" "$q"; fi
		done
		unset IFS
		;;
	build) opens "$p/" && [ -e "$p/.odooctl-built" ] && field build "$p" ;;
	*) $kind "$p" ;;
	esac
done
if [ $# -gt 0 ] && [ "$(find "$@" -maxdepth 0 -type f -size +2048 2>/dev/null)" ]; then
	n=$#
	while [ $n -gt 0 ]; do
		p=$1 n=$((n - 1))
		shift
		large "$p" || set -- "$@" "$p"
	done
fi
field tar
[ $# = 0 ] || tar -cf - --no-recursion --no-unquote --ignore-failed-read -- "$@" 2>/dev/null || [ "$tops" ] || knows_tar
