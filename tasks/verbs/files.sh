# Files, directories and links: saved, staged beside their target, renamed.

# liken MODEL PATH: owner and mode. Not every chown knows --reference.
liken() { chown "$(stat -c %u:%g "$1")" "$2" && chmod "$(stat -c %a "$1")" "$2"; }

# save PATH: a copy of what stands there. No copy says that nothing did.
save() {
	old=$dir/old$1
	say "$1" >>"$dir/paths"
	if [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		mkdir -p "$old" && liken "$root$1" "$old"
	elif [ -e "$root$1" ] || [ -L "$root$1" ]; then
		mkdir -p "${old%/*}" && cp -a "$root$1" "$old"
	fi 2>"$dir/err" || fail "back up $1"
}

# restore PATH: the undo of everything done to a path. A new directory that others
# have filled meanwhile stays: it is theirs.
restore() {
	old=$dir/old$1
	if [ -d "$old" ] && [ ! -L "$old" ]; then
		[ -d "$root$1" ] || mkdir "$root$1"
		liken "$old" "$root$1"
	elif unchanged "$1" "$old"; then
		:
	elif [ -e "$old" ] || [ -L "$old" ]; then
		beside "$1"
		cp -a "$old" "$new" && mv -fT "$new" "$root$1"
	elif [ -d "$root$1" ] && [ ! -L "$root$1" ]; then
		rmdir "$root$1" || [ -n "$(ls -A "$root$1")" ]
	else
		rm -f "$root$1"
	fi
}

# unchanged PATH COPY: a file that was never swapped need not be put back, and one
# that cannot be swapped could not be.
unchanged() {
	[ -f "$2" ] && [ ! -L "$2" ] && [ -f "$root$1" ] && [ ! -L "$root$1" ] && cmp -s "$2" "$root$1" &&
		[ "$(stat -c '%a %u %g' "$2")" = "$(stat -c '%a %u %g' "$root$1")" ]
}

# beside PATH: the name of the staged file, in the same directory. It starts with
# a dot and does not end in .conf, so that no include takes it.
beside() {
	new=$root${1%/*}/.${1##*/}.odooctl-$run
	say "$new" >>"$dir/staged"
}

# dress PATH OWNER GROUP MODE: the staged file keeps ACL and labels of the old one.
dress() {
	if [ -f "$root$1" ] && [ ! -L "$root$1" ]; then
		if [ "$(stat -c %h "$root$1")" != 1 ]; then
			say "$1 has other names (hard links), which would keep the old content: remove them first" >&2
			return 1
		fi
		cp --attributes-only --preserve=all "$root$1" "$new" 2>/dev/null || cp --attributes-only -p "$root$1" "$new"
	fi
	chown "$2:$3" "$new" && chmod "$4" "$new" && sync "$new"
}

# stage NAME PATH OWNER GROUP MODE
stage() {
	beside "$2"
	{ (umask 077 && cat "$dir/new/$1" >"$new") && dress "$2" "$3" "$4" "$5"; } 2>"$dir/err" || fail "stage $2"
}

# stage_born SHELL PATH OWNER GROUP MODE: the content is made here.
stage_born() {
	beside "$2"
	{ (umask 077 && sh -c "$1" sh "$new" </dev/null >/dev/null) && dress "$2" "$3" "$4" "$5"; } 2>"$dir/err" || fail "make $2"
}

# stage_link TARGET PATH
stage_link() {
	beside "$2"
	ln -s "$1" "$new" 2>"$dir/err" || fail "stage $2"
}

swap() {
	beside "$1"
	mv -fT "$new" "$root$1"
}

remove() { rm -f "$root$1"; }
remove_dir() { rmdir "$root$1"; }
make_dir() {
	beside "$1"
	mkdir "$new" && chown "$2:$3" "$new" && chmod "$4" "$new" && mv -T "$new" "$root$1"
}
own() { chown "$2:$3" "$root$1" && chmod "$4" "$root$1"; }
