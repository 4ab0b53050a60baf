# Files, directories and links: saved, staged beside their target, renamed.

# liken MODEL PATH: owner and mode. Not every chown supports --reference.
liken() {
	like=$(stat -c '%u:%g %a' "$1") && chown "${like% *}" "$2" && chmod "${like#* }" "$2"
}

# save PATH: a copy of what is there. No copy means that there was nothing.
save() {
	old=$dir/old$1
	say "$1" >>"$dir/paths"
	{ at "$1" && copy; } 2>"$dir/err" || fail "back up $1"
}

copy() {
	if [ -d "$at" ] && [ ! -L "$at" ]; then
		mkdir -p "$old" && liken "$at" "$old"
	elif [ -e "$at" ] || [ -L "$at" ]; then
		{ [ -d "${old%/*}" ] || mkdir -p "${old%/*}"; } && aside && pin && cp -a "$seen" "$old"
	fi
}

# restore PATH: the undo of everything done to a path. A new directory that others have
# filled meanwhile stays.
restore() {
	old=$dir/old$1
	if [ ! -e "$old" ] && [ ! -L "$old" ] && [ ! -d "$root${1%/*}/" ]; then return; fi
	at "$1" || return
	if [ -d "$old" ] && [ ! -L "$old" ]; then
		trusted=$nl
		if [ -d "$at" ]; then
			into "$at" && liken "$old" .
		else
			beside && mkdir "$new" && liken "$old" "$new" && mv -T "$new" "$at"
		fi
	elif [ -e "$old" ] || [ -L "$old" ]; then
		beside && pin || return
		unchanged "$seen" "$old" || { cp -a "$old" "$new" && mv -fT "$new" "$at"; }
	elif [ -d "$at" ] && [ ! -L "$at" ]; then
		rmdir "$at" || (into "$at" && [ -n "$(ls -A .)" ])
	else
		rm -f "$at"
	fi
}

# unchanged FILE COPY: a file that was never swapped need not be restored, and one that
# cannot be swapped could not be.
unchanged() {
	[ -f "$2" ] && [ ! -L "$2" ] && [ -f "$1" ] && [ ! -L "$1" ] && cmp -s "$2" "$1" && [ "$(stat -c '%a %u %g' "$2")" = "$(stat -c '%a %u %g' "$1")" ]
}

# dress OWNER GROUP MODE: the staged file keeps ACL and labels of the old one; in folders of
# others, only those that its owner has set.
dress() {
	had=
	if [ -f "$seen" ] && [ ! -L "$seen" ]; then
		had=$(stat -c '%h %U %G %a' "$seen")
		if [ -z "$foreign" ] && [ "${had%% *}" != 1 ]; then
			say "$physical/${at##*/} has other names (hard links), which would keep the old content: remove them first" >&2
			return 1
		fi
		had=${had#* }
		if [ -z "$foreign" ] || [ "${had%% *}" = "$1" ]; then
			cp --preserve=all --attributes-only --no-preserve=timestamps "$seen" "$new" 2>/dev/null ||
				cp -p --attributes-only --no-preserve=timestamps "$seen" "$new" || had=
		else
			had=
		fi
	fi
	[ "$had" = "$1 $2 ${3#0}" ] || { chown "$1:$2" "$new" && chmod "$3" "$new"; } && sync "$new"
}

# same_time: the staged file has the time of the old one if that has the same content: backups
# that compare size and time would pass over another.
same_time() { ! cmp -s "$seen" "$new" || touch -r "$seen" "$new"; }

# stage NAME PATH OWNER GROUP MODE
stage() {
	{ at "$2" && beside && pin && (umask 077 && cat "$dir/new/$1" >"$new") && dress "$3" "$4" "$5"; } 2>"$dir/err" || fail "stage $2"
}

# stage_generated SHELL PATH OWNER GROUP MODE: the content is made here.
stage_generated() {
	{ at "$2" && beside && pin && (umask 077 && sh -c "$1" sh "$new" </dev/null >/dev/null) && dress "$3" "$4" "$5" && same_time; } 2>"$dir/err" || fail "make $2"
}

# stage_link TARGET PATH
stage_link() {
	{ at "$2" && beside && ln -s "$1" "$new"; } 2>"$dir/err" || fail "stage $2"
}

swap() { at "$1" && aside && mv -fT "$new" "$at"; }
remove() { at "$1" && rm -f "$at"; }

# remove_dir PATH: a room in it is not needed any more.
remove_dir() {
	at "$1" || return
	case $rooms in
	*"$nl$physical/${1##*/}/.odooctl-"*)
		room=${rooms#*"$nl$physical/${1##*/}/"}
		unstage "$physical/${1##*/}/${room%%"$nl"*}" && at "$1" || return
		;;
	esac
	rmdir "$at"
}

make_dir() {
	ours=$ours$1$nl
	at "$1" && beside && mkdir "$new" && chown "$2:$3" "$new" && chmod "$4" "$new" && mv -T "$new" "$at"
}

# own PATH OWNER GROUP MODE: in folders of others a file is made again from the saved
# copy, because its name may belong to another file since.
own() {
	at "$1" || return
	if [ -d "$at" ] && [ ! -L "$at" ]; then
		trusted=$nl
		into "$at" && chown "$2:$3" . && chmod "$4" .
	elif [ -z "$foreign" ]; then
		chown "$2:$3" "$at" && chmod "$4" "$at"
	else
		aside && pin && (umask 077 && cat "$dir/old$1" >"$new") && dress "$2" "$3" "$4" && same_time && mv -fT "$new" "$at"
	fi
}
