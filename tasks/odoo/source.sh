# Fills a folder with a tree of Odoo's sources.

git_() { git --git-dir="$store" -c core.hooksPath=/dev/null -c gc.autoDetach=false "$@"; }

# fetch_tree FOLDER STORE URL REVISION: what is fetched is kept in the repository STORE, so
# that the next revision is a few objects and not all of Odoo. Not every server allows to
# fetch a commit by its hash.
fetch_tree() {
	store=$2 url=$3 rev=$4
	export GIT_TERMINAL_PROMPT=0
	[ -d "$store" ] || { mkdir -p "${store%/*}" && git init -q --bare "$store"; } || exit
	if git_ fetch -q --depth 1 "$url" "$rev"; then
		commit=$(git_ rev-parse -q --verify "FETCH_HEAD^{commit}")
	else
		git_ fetch -q --force --tags "$url" "+refs/heads/*:refs/remotes/odooctl/*" && commit=$(git_ rev-parse -q --verify "$rev^{commit}")
	fi || { echo "git cannot get $rev of $url"; exit 1; }
	cd "$1" || exit
	export GIT_INDEX_FILE="$store/odooctl-index"
	git_ read-tree "$commit" && git_ --work-tree=. checkout-index -a -q || exit
}

# unpack_tar FOLDER ARCHIVE
unpack_tar() { tar -xzf "$2" -C "$1" --no-same-owner --no-same-permissions || exit; }

# unpack_zip FOLDER ARCHIVE PYTHON
unpack_zip() { "$3" -m zipfile -e "$2" "$1" || exit; }

# finish_tree FOLDER PYTHON: removes the top folder of archives, puts the program where git
# has it, and compiles the server's own modules, for Odoo's user may not write the bytecode.
finish_tree() {
	cd "$1" || exit
	if [ ! -e odoo/release.py ]; then
		for d in */odoo/release.py; do
			[ -e "$d" ] || { echo "that is no Odoo: there is no odoo/release.py in it"; exit 1; }
			mv "${d%%/*}" .odooctl-tree && find .odooctl-tree -mindepth 1 -maxdepth 1 -exec mv -t . {} + && rmdir .odooctl-tree || exit
			break
		done
	fi
	[ -e odoo-bin ] || cp setup/odoo odoo-bin || exit
	chmod -R u+rwX,go+rX,go-w . && chmod 755 odoo-bin || exit
	"$2" -m compileall -q odoo >/dev/null 2>&1
	true
}
