# The state that a host must be in for a plan, or for a rollback. It is checked twice:
# before anything is touched, and again before the first file is swapped, because
# installing, fetching and building in between may have taken an hour.

stale() {
	if [ -n "$made" ]; then
		say "$1, while this run was at work; no file of it had been exchanged"
		give_up
	fi
	say "$1; nothing was touched"
	clear_staged
	rm -rf "$dir"
	exit 76
}

# expect_text SUMS: every file has the content that the plan was made from.
expect_text() {
	changed=
	: >"$dir/sums"
	while IFS= read -r line <&3; do
		p=${line#*  .}
		at "$p" 2>"$dir/err" || unlike "$p"
		if [ -z "$foreign" ]; then
			say "$line" >>"$dir/sums"
		else
			aside 2>"$dir/err" && pin 2>"$dir/err" || unlike "$p"
			are "${line%% *}" "$seen" ${made:+"$dir/old$p"} || stale "changed since it was read: .$p"
		fi
	done 3<"$dir/new/$1"
	cd "$root/" || exit
	[ ! -s "$dir/sums" ] || sha256sum -c "$dir/sums" >"$dir/compared" 2>/dev/null || changed=$(
		sed -n 's/: FAILED.*//p' "$dir/compared" | while IFS= read -r p; do shipped "${p#.}" || say "$p"; done
	)
	[ -z "$changed" ] || stale "changed since it was read: $(echo $changed)"
}

# shipped PATH: the text is from a package that this run has installed or upgraded.
shipped() {
	{ [ -e "$dir/packages" ] || [ -e "$dir/versions" ]; } && [ -e /var/lib/dpkg/status ] || return
	grep -qxF -e " $1 $(md5sum <"$root$1" | cut -d ' ' -f 1)" /var/lib/dpkg/status
}

# are SUM FILE...: each has that content.
are() {
	wanted=$1
	shift
	digests=$(sha256sum -- "$@" 2>/dev/null) || return
	while read -r is _; do
		[ "${is#\\}" = "$wanted" ] || return # a backslash marks a name with one
	done <<-END
		$digests
	END
}

# unlike PATH: it is no longer reachable as it was when it was read.
unlike() {
	if grep -q '^refused: ' "$dir/err"; then fail "read $1"; fi
	stale "changed since it was read: .$1"
}

# expect_like LINES PATH...: type, mode and owner are as planned.
expect_like() {
	want=$1
	shift
	cd "$root/" || exit
	got=$(stat -c '%F %a %U %G %n' -- "$@" 2>&1)
	case $got in *"regular empty file"*) got=$(say "$got" | sed 's/^regular empty file/regular file/') ;; esac
	[ "$got" = "$want" ] || stale "changed since it was read: $(echo $got)"
	[ -n "$made" ] || return 0
	for p; do # what was put away for the way back is what was read
		[ -e "$dir/old${p#.}" ] || [ -L "$dir/old${p#.}" ] || stale "changed since it was read: $p"
	done
}

# expect_way PATH: root may follow the link that led to what changes.
expect_way() { walk "$1" 2>"$dir/err" || ! grep '^refused: ' "$dir/err" >/dev/null || fail "read $1"; }

# expect_link TARGET PATH
expect_link() { [ "$(readlink "$root$2")" = "$1" ] || stale "changed since it was read: .$2"; }

# expect_none PATH...: nothing exists where the plan makes something.
expect_none() {
	for p; do
		if [ -z "$made" ]; then
			[ -d "$root${p%/*}/" ] || say "$p" >>"$dir/unborn"
		fi
		case $ours in *"$nl$p$nl"*) continue ;; esac
		if [ -e "$root$p" ] || [ -L "$root$p" ]; then packaged "$p" || stale "made since it was read: $p"; fi
	done
}

# packaged PATH: it is from packages that this run has installed: in a folder that was
# missing before too, or they list it.
packaged() {
	[ -e "$dir/packages" ] || return
	! grep -qxF -e "$1" "$dir/unborn" 2>/dev/null || return 0
	if command -v dpkg >/dev/null; then
		grep -qsF -e "$1" /var/lib/dpkg/info/*.list /var/lib/dpkg/info/*.postinst /var/lib/ucf/hashfile
	else
		rpm -qf "$1" >/dev/null 2>&1
	fi
}

# give_up: the host was edited during the run.
give_up() {
	trap '' INT TERM
	disarm
	gave_up=1
	if backwards; then
		say "put back: what this run had installed and made"
		stays
		exit 76
	fi
	say "not put back: see $dir"
	exit 78
}

# stays reports what cannot be undone.
stays() {
	if [ -e "$dir/versions" ]; then
		package_versions >"$dir/versions.now"
		new=$(LC_ALL=C comm -13 "$dir/versions" "$dir/versions.now")
		[ -z "$new" ] || say "what stays: packages" $new
	fi
	[ -e "$dir/packages.after" ] || return 0
	package_list >"$dir/packages.now"
	left=$(LC_ALL=C comm -13 "$dir/packages" "$dir/packages.now")
	[ -z "$left" ] || say "what stays: packages" $left
	gone=$(LC_ALL=C comm -23 "$dir/packages.after" "$dir/packages.now")
	[ -z "$gone" ] || say "what stays: configuration and data of the packages" $gone
}

# fingerprint: type, owner, mode and content of the paths read.
fingerprint() {
	while IFS= read -r p; do
		if [ -d "$root$p" ] && [ ! -L "$root$p" ]; then
			stat -c "%F %a %U %G $p" "$root$p"
		elif [ -L "$root$p" ]; then
			say "link $(readlink "$root$p") $p"
		elif [ -e "$root$p" ]; then
			traits=
			if at "$p" && { [ -z "$foreign" ] || aside && pin; }; then
				say "${traits:-$(stat -c '%a %U %G' "$seen")} $(sha256sum <"$seen") $p"
			else
				say "odd $p"
			fi
		else
			say "none $p"
		fi
	done
}
