# Whole folders: copies of the operator's, and checkouts of git repositories.

git_() { GIT_TERMINAL_PROMPT=0 git -c core.hooksPath=/dev/null -c advice.detachedHead=false "$@"; }

# expect_clean DIR COMMIT: nobody has edited or moved the working copy meanwhile.
expect_clean() {
	[ "$(git -C "$root$1" rev-parse -q --verify HEAD 2>/dev/null)" = "$2" ] &&
		[ -z "$(git -C "$root$1" status --porcelain 2>/dev/null | grep -v __pycache__)" ] || stale "changed since it was read: files in $1"
}

# fetch_checkout DIR URL REV [KEY [KNOWN_HOSTS]]: all that the checkout needs is on
# the host, inside or, where there is none yet, beside its place. Not every server
# gives out a commit by its name. The key goes as soon as it was used.
fetch_checkout() {
	at=$root$1
	if [ ! -d "$at/.git" ]; then beside "$1" && at=$new; fi
	with=
	if [ -n "${4-}" ]; then
		with="ssh -i $dir/new/$4 -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes"
		[ -z "${5-}" ] || with="$with -o UserKnownHostsFile=$dir/new/$5 -o GlobalKnownHostsFile=/dev/null"
	fi
	bounded 900 sh -c 'at=$1 url=$2 rev=$3
		umask 022
		export GIT_TERMINAL_PROMPT=0
		[ -z "$4" ] || export GIT_SSH_COMMAND="$4"
		[ -d "$at/.git" ] || git init -q "$at" || exit
		if git -C "$at" fetch -q --depth 1 "$url" "$rev"; then
			commit=$(git -C "$at" rev-parse -q --verify "FETCH_HEAD^{commit}")
		else
			git -C "$at" fetch -q --force --tags "$url" "+refs/heads/*:refs/remotes/odooctl/*" && commit=$(git -C "$at" rev-parse -q --verify "$rev^{commit}")
		fi || exit
		printf "%s %s %s\n" "$rev" "$commit" "$url" >"$at/.git/odooctl-next"' sh "$at" "$2" "$3" "$with" >"$dir/err" 2>&1
	got=$?
	[ -z "${4-}" ] || rm -f "$dir/new/$4"
	[ $got = 0 ] || fail "fetch $3 of $2"
}

# turn_checkout DIR: what was fetched becomes what is seen.
turn_checkout() (
	umask 022
	at=$root$1
	[ -d "$at/.git" ] || { beside "$1" && at=$new; }
	read -r rev commit url <"$at/.git/odooctl-next" && git_ -C "$at" checkout -q --force --detach "$commit" && git_ -C "$at" clean -qfd || exit
	mv "$at/.git/odooctl-next" "$at/.git/odooctl-rev" && { [ "$at" = "$root$1" ] || mv -T "$at" "$root$1"; }
)

# back_checkout DIR REV COMMIT URL
back_checkout() (
	umask 022
	git_ -C "$root$1" checkout -q --force --detach "$3" && printf '%s %s %s\n' "$2" "$3" "$4" >"$root$1/.git/odooctl-rev"
)

# expect_tree DIR SUMS: the folder holds these files and no others.
expect_tree() {
	got=$(cd "$root$1" 2>/dev/null && find . -name __pycache__ -prune -o -type f -exec sha256sum {} + | LC_ALL=C sort -k 2)
	[ "$got" = "$(cat "$dir/new/$2")" ] || stale "changed since it was read: files in $1"
}

# stage_tree DIR GONE SUMS [TAR]: beside its place, the folder as it shall be: what
# stands there, without what goes, with what is new.
stage_tree() {
	beside "$1"
	tree=$dir/old$1
	{
		if [ -d "$root$1" ]; then
			mkdir -p "${tree%/*}" && cp -a "$root$1" "$tree" && cp -a "$root$1" "$new"
		else
			mkdir -m 755 "$new"
		fi && (
			cd "$new" && while IFS= read -r f; do rm -f "./$f"; done <"$dir/new/$2" &&
				{ [ -z "${4-}" ] || tar -xf "$dir/new/$4" --no-same-owner; } &&
				find . -name __pycache__ -prune -exec rm -rf {} + && find . -mindepth 1 -depth -type d -empty -delete &&
				find . -type d -exec chmod 755 {} + && sha256sum --quiet -c "$dir/new/$3"
		)
	} >"$dir/err" 2>&1 || fail "stage $1"
}

# swap_tree DIR: a folder cannot be renamed over another.
swap_tree() {
	beside "$1"
	gone=$root${1%/*}/.${1##*/}.odooctl-gone-$run
	say "$gone" >>"$dir/staged"
	if [ -d "$root$1" ]; then mv -T "$root$1" "$gone" || return; fi
	mv -T "$new" "$root$1" && rm -rf "$gone"
}

# back_tree DIR: the folder as it was, from the copy.
back_tree() {
	beside "$1"
	rm -rf "$new"
	if [ -d "$dir/old$1" ]; then cp -a "$dir/old$1" "$new" && swap_tree "$1"; else drop_tree "$1"; fi
}

# drop_tree DIR: only what this run has made is ever dropped so.
drop_tree() { case $1 in /*/*/*) rm -rf "$root$1" ;; *) return 1 ;; esac; }
