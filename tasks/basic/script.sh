# lend FILE NAME USER: gives the user a copy of a program, $p, which is removed when this
# shell exits. Without a user it stays root's.
lend() {
	d=$(mktemp -d) || exit 1
	trap 'rm -rf "$d"' EXIT
	trap 'exit 143' INT TERM
	p=$d/$2
	cp "$1" "$p" && chmod 500 "$p" || exit 1
	[ -z "$3" ] || chown -R "$3" "$d" || exit 1
	export p
}
