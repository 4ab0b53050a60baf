# mounts DIR...: for each folder, what file system it is on, or would be: the machine's boot, the
# device, the folder's path there, the type and the source, in a line.
mounts() {
	read -r boot </proc/sys/kernel/random/boot_id
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
		printf '%s\n' "$boot $found"
	done
}
