# Reads the repository from standard input, possibly into an existing one: its objects
# stay, and so does its shallow boundary. The arguments: NAME NEW COMMIT.
umask 022
name=$1 new=$2 commit=$3
if [ -n "$new" ]; then
	mkdir "$new" && cd "$new" && tar -xf - || exit
else
	mkdir .git/odooctl-taken && tar -xf - -C .git/odooctl-taken --strip-components=1 &&
		tar -C .git/odooctl-taken -cf - objects | tar -C .git -xf - && { cat .git/odooctl-taken/shallow >>.git/shallow; } 2>/dev/null
	mv .git/odooctl-taken/odooctl-next .git/ && rm -rf .git/odooctl-taken && { [ -s .git/shallow ] || rm -f .git/shallow; } || exit
fi
git -c core.hooksPath=/dev/null -c advice.detachedHead=false checkout -q --force --detach "$commit" &&
	git clean -qfd && mv .git/odooctl-next .git/odooctl-rev || exit
[ -z "$new" ] || mv -T "../$new" "../$name"
