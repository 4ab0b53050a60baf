# What a host has to look like for a plan, or for going back.

stale() {
	say "$1"
	rm -rf "$dir"
	exit 76
}

# expect_text SUMS: every file has the content that the plan was made from.
expect_text() {
	out=$(cd "$root/" && sha256sum -c "$dir/new/$1" 2>/dev/null | sed -n 's/: FAILED.*//p')
	[ -z "$out" ] || stale "changed since it was read: $(echo $out)"
}

# expect_like LINES PATH...: type, mode and owner are as planned.
expect_like() {
	want=$1
	shift
	got=$(cd "$root/" && stat -c '%F %a %U %G %n' -- "$@" 2>&1 | sed 's/^regular empty file/regular file/')
	[ "$got" = "$want" ] || stale "changed since it was read: $(echo $got)"
}

# expect_none PATH...: nothing stands where the plan makes something.
expect_none() {
	for p; do
		if [ -e "$root$p" ] || [ -L "$root$p" ]; then stale "made since it was read: $p"; fi
	done
}

# fingerprint: type, owner, mode and content of what stands at the paths read.
fingerprint() {
	while IFS= read -r p; do
		if [ -d "$root$p" ] && [ ! -L "$root$p" ]; then
			stat -c "%F %a %U %G $p" "$root$p"
		elif [ -L "$root$p" ]; then
			say "link $(readlink "$root$p") $p"
		elif [ -e "$root$p" ]; then
			say "$(stat -c '%a %U %G' "$root$p") $(sha256sum <"$root$p") $p"
		else
			say "none $p"
		fi
	done
}
