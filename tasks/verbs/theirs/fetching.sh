# Fetches REV of the repository at URL into AT, through the ssh of the fourth argument,
# and records what it is.
at=$1 url=$2 rev=$3
umask 022
export GIT_TERMINAL_PROMPT=0
[ -z "$4" ] || export GIT_SSH_COMMAND="$4"
[ -d "$at/.git" ] || git init -q "$at" || exit
if git -C "$at" fetch -q --depth 1 "$url" "$rev"; then
	commit=$(git -C "$at" rev-parse -q --verify "FETCH_HEAD^{commit}")
else
	git -C "$at" fetch -q --force --tags "$url" "+refs/heads/*:refs/remotes/odooctl/*" && commit=$(git -C "$at" rev-parse -q --verify "$rev^{commit}")
fi || exit
printf "%s %s %s\n" "$rev" "$commit" "$url" >"$at/.git/odooctl-next"
