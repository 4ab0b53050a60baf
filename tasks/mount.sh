# mounts DIR...: for each folder, what file system it is on, or would be: the kernel, the device, the
# folder's path there, the type and the source, in a line. Containers of one machine have a kernel in
# common, and may have a boot_id each: it is told by when it started and where it lies.
mounts() {
	kernel=
	while read -r what value _; do [ "$what" != btime ] || kernel=$value; done </proc/stat
	{ read -r value _ </sys/kernel/vmcoreinfo; } 2>/dev/null && kernel=$kernel-$value
	for dir; do
		missing=
		while [ ! -d "$dir" ]; do missing=/${dir##*/}$missing dir=${dir%/*} && dir=${dir:-/}; done
		dir=$(CDPATH='' cd -P -- "$dir" && pwd -P) || dir=/
		best=-1 found=
		while read -r _ _ device root point _ rest; do
			case $dir/ in "${point%/}"/*) ;; *) continue ;; esac
			[ ${#point} -ge "$best" ] || continue
			best=${#point} rest=" $rest"
			rest=${rest#* - }
			found="$device ${root%/}${dir#"${point%/}"}$missing/ ${rest%% *}" rest=${rest#* }
			found="$found ${rest%% *}"
		done </proc/self/mountinfo
		printf '%s\n' "$kernel $found"
	done
}
