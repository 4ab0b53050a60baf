# place PART SUM FILE: moves an uploaded file to its place, if it is whole.
place() {
	got=$(sha256sum <"$1") && [ "${got%% *}" = "$2" ] && mv -f "$1" "$3" && return
	rm -f "$1"
	echo "got ${got%% *}, want $2" >&2
	return 1
}
