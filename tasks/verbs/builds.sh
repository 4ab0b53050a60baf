# Folders that the host builds itself, such as virtual environments: at their final
# path, for not all of them can be moved. One without its mark is incomplete, and does
# not count.

# expect_unbuilt DIR: nothing is there, or what a killed run had begun.
expect_unbuilt() {
	case $ours in *"$nl$1$nl"*) return ;; esac
	[ -d "$root${1%/*}/" ] || return 0 # it is made by this run
	at "$1" 2>"$dir/err" && { [ -z "$foreign" ] || refuse "$1 is built by root, and $foreign is not root's alone: make it so" 2>"$dir/err"; } || unlike "$1"
	if [ ! -d "$root$1" ] || [ -e "$root$1/.odooctl-built" ]; then expect_none "$1"; fi
}

begin_build() {
	ours=$ours$1$nl
	at "$1" && [ -z "$foreign" ] && rm -rf "$at" && mkdir -m 755 "$at"
}

# build DIR LINK WHAT SECONDS SHELL INPUT
build() {
	bounded "$4" sh "$dir/new/$5" "$root$1" "$dir/new/$6" >"$dir/err" 2>&1 && : >"$root$1/.odooctl-built" || fail "make $1: $3"
	say "$1 $2" >>"$dir/built"
}

# sweep_builds: beside a new folder, those of its LINK stay that the link points to, or
# pointed to before a run that can still be undone.
sweep_builds() (
	[ -e "$dir/built" ] || exit 0
	while read -r new link; do
		keep=" ${new##*/} "
		for l in "$root$link" "$state"/runs/*/old"$link"; do
			[ ! -L "$l" ] || keep="$keep$(readlink "$l") "
		done
		for d in "$root$link"-*; do
			[ -e "$d/.odooctl-built" ] || continue
			case $keep in *" ${d##*/} "*) ;; *) rm -rf "$d" ;; esac
		done
	done <"$dir/built"
)
