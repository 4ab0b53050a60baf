# set_kernel NAME VALUE: a setting of the running kernel, by its path below /proc/sys. The
# kernel may take another value than it was given.
set_kernel() {
	printf '%s\n' "$2" >"/proc/sys/$1" || return
	got=$(tr -s '[:space:]' ' ' <"/proc/sys/$1") && got=${got% }
	[ "$got" = "$2" ] || { say "the kernel takes $got for $1, and not $2"; return 1; }
}
