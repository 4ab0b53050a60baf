# changed PATTERN...: when what matches was changed last, as SECONDS PATH, each with a NUL.
changed() {
	IFS=
	for p; do
		shift
		for q in $p; do [ ! -e "$q" ] || set -- "$@" "$q"; done
	done
	unset IFS
	[ $# = 0 ] || stat -L --printf '%Y %n\0' -- "$@"
}
