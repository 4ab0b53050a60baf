# Whole folders: copies of the operator's, and checkouts of git repositories. Root works
# in a folder that no one else can change; in any other the owner's rights are used. The
# programs for those are in theirs/, each a variable of its name.

# git_ ARGS...: in the current working copy.
git_() {
	their env GIT_TERMINAL_PROMPT=0 "HOME=${owner:+/nonexistent/}${HOME-}" git -c core.hooksPath=/dev/null -c advice.detachedHead=false "$@"
}

# checkout DIR: enters the working copy, or, if there is none yet, its parent. A
# repository runs what its owner has put there.
checkout() {
	owner= stands=
	at "$1" || return
	if [ -d "$at/.git" ]; then
		stands=1
		into "$at" && whose . || return
		[ -z "$foreign" ] || [ -n "$owner" ] || refuse "$1 is root's in $foreign, which is not: chown -R it to the owner of $foreign"
	elif [ -n "$foreign" ]; then
		owner=$(stat -c %u .) && group=$(stat -c %g .) || return
		[ "$owner" != "$me" ] || refuse "$1: others can write in $physical, which is root's: make it root's alone, or theirs"
	fi
}

# expect_clean DIR COMMIT: the working copy was neither edited nor moved meanwhile.
expect_clean() {
	checkout "$1" 2>"$dir/err" || unlike "$1"
	[ "$(git_ rev-parse -q --verify HEAD 2>/dev/null)" = "$2" ] &&
		[ -z "$(git_ status --porcelain 2>/dev/null | grep -v -e __pycache__)" ] || stale "changed since it was read: files in $1"
}

# fetch_checkout DIR URL REV [KEY [KNOWN_HOSTS]]: brings all that the checkout needs to
# the host: inside, beside its path if there is none yet, or, if root does not work
# there, in the run's folder. Not every server allows to fetch a commit by its hash. The
# key is removed as soon as it was used.
fetch_checkout() {
	checkout "$1" 2>"$dir/err" || fail "fetch $3 of $2"
	repository=$root$1
	if [ -n "$owner" ]; then
		repository=$dir/git$1
		mkdir -p "$repository"
	elif [ -z "$stands" ]; then
		beside && repository=$PWD/$new
	fi
	with=
	if [ -n "${4-}" ]; then
		with="ssh -i $dir/new/$4 -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes"
		[ -z "${5-}" ] || with="$with -o UserKnownHostsFile=$dir/new/$5 -o GlobalKnownHostsFile=/dev/null"
	fi
	bounded 900 sh -c "$fetching" sh "$repository" "$2" "$3" "$with" >"$dir/err" 2>&1
	got=$?
	[ -z "${4-}" ] || rm -f "$dir/new/$4"
	[ $got = 0 ] || fail "fetch $3 of $2"
}

# turn_checkout DIR: checks out what was fetched.
turn_checkout() (
	umask 022
	checkout "$1" || exit
	if [ -n "$owner" ]; then
		hand_over "$1"
		exit
	fi
	if [ -z "$stands" ]; then aside && into "$new" || exit; fi
	read -r rev commit url <.git/odooctl-next && git_ checkout -q --force --detach "$commit" && git_ clean -qfd &&
		mv .git/odooctl-next .git/odooctl-rev || exit
	if [ -z "$stands" ]; then at "$1" && aside && mv -T "$new" "$at"; fi
)

# hand_over DIR: gives what root has fetched to the owner of the working copy.
hand_over() {
	read -r rev commit url <"$dir/git$1/.git/odooctl-next" || return
	new=
	if [ -z "$stands" ]; then
		read -r new </proc/sys/kernel/random/uuid
		new=.${1##*/}.odooctl-$new
		say "$physical/$new" >>"$dir/staged"
	fi
	tar -C "$dir/git$1" -cf - .git | their env GIT_TERMINAL_PROMPT=0 HOME=/nonexistent sh -c "$taking" sh "${1##*/}" "$new" "$commit"
}

# back_checkout DIR REV COMMIT URL
back_checkout() (
	umask 022
	checkout "$1" && git_ checkout -q --force --detach "$3" && say "$2 $3 $4" | their sh -c 'cat >.git/odooctl-rev'
)

# expect_tree DIR SUMS: the folder has these files and no others.
expect_tree() {
	got=
	{ at "$1" && if [ -d "$at" ]; then into "$at" && whose . && got=$(their sh -c "$sums"); fi; } 2>"$dir/err" || unlike "$1"
	[ "$got" = "$(cat "$dir/new/$2")" ] || stale "changed since it was read: files in $1"
}

# stage_tree DIR GONE SUMS [TAR]: makes the future folder beside its path: the present
# one, without what is removed, with what is new.
stage_tree() {
	tree=$dir/old$1 owner=
	{ at "$1" && keep_tree && at "$1" && beside && begin_tree && into "$new" &&
		their sh -c "$shape" sh "${4-}" 3<"$dir/new/$2" 4<"$dir/new/$3" 5<"${4:+$dir/new/}${4:-/dev/null}"; } >"$dir/err" 2>&1 || fail "stage $1"
}

# keep_tree: saves a copy. For a folder that others can change the owner makes it, and
# root does not unpack it. Of a new one nothing is saved, nor of what is above it: that may
# be new too.
keep_tree() {
	[ -d "$at" ] || return 0
	mkdir -p "${tree%/*}" && into "$at" && whose . || return
	if [ -z "$owner" ]; then
		cp -a . "$tree"
	else
		say "$owner $group" >"$tree.owner" && their tar -cf - . >"$tree.tar"
	fi
}

# begin_tree: unpacks the copy as $new.
begin_tree() {
	if [ -d "$tree" ]; then
		cp -a "$tree" "$new"
	else
		mkdir -m 755 "$new" && if [ -e "$tree.tar" ]; then
			read -r owner group <"$tree.owner" && chown "$owner:$group" "$new" && (into "$new" && their tar -xpf - <"$tree.tar")
		fi
	fi
}

# swap_tree DIR: a folder cannot be renamed over another.
swap_tree() {
	at "$1" && beside || return
	gone=./.${1##*/}.odooctl-gone-$run
	[ -n "$foreign" ] || say "$physical/${gone#./}" >>"$dir/staged"
	if [ -d "$at" ]; then mv -T "$at" "$gone" || return; fi
	mv -T "$new" "$at" && { [ ! -d "$gone" ] || wipe "$gone"; }
}

# back_tree DIR: restores the folder from the copy.
back_tree() {
	tree=$dir/old$1
	if [ -d "$tree" ] || [ -e "$tree.tar" ]; then
		at "$1" && beside && wipe "$new" && begin_tree && swap_tree "$1"
	else
		drop_tree "$1"
	fi
}

# drop_tree DIR: only for what this run has made.
drop_tree() { case $1 in /*/*/*) at "$1" && wipe "$at" ;; *) return 1 ;; esac; }
