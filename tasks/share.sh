# agree: has the folders judged, by a function of that name, until none comes or goes
# meanwhile.
agree() {
	tries=1
	until folders; do
		[ $tries -lt 3 ] || { echo "folders come and go while they are read" >&2; exit 1; }
		tries=$((tries + 1))
	done
}

# share KIND PATH...: has everything read with the rights of its owner, and reports the
# folders of others.
share() {
	part folders
	i=0
	while [ $i -lt $theirs ]; do
		i=$((i + 1))
		eval "printf '%s\\0' \"\$at_$i\" \"\$by_$i\" \"\$name_$i\""
	done
	part files
	sort_out '' "$@"
	asked= k=0
	while [ $k -lt $theirs ]; do
		k=$((k + 1))
		eval "rights=\$by_$k"
		case " $asked " in *" $rights "*) continue ;; esac
		asked="$asked $rights"
		part "files $rights"
		sort_out "$rights" "$@"
	done
}

# sort_out BY KIND PATH...: what is to be read with these rights.
sort_out() {
	want=$1 tops= i=0 n=$#
	shift
	while [ $i -lt $theirs ]; do
		i=$((i + 1))
		eval "[ \"\$by_$i\" != \"\$want\" ] || tops=\$tops\$at_$i\$nl"
	done
	while [ $n -gt 1 ]; do
		kind=$1 p=$2 n=$((n - 2))
		shift 2
		case $kind in
		path) whose "$p" ;;
		glob) ! may_find "$p" || by=$want ;;
		checkout) whose "$p/.git/config/" ;;
		*) whose "$p/" ;;
		esac
		case $kind$by in checkoutnobody:*) continue ;; esac
		[ "$by" != "$want" ] || set -- "$@" "$kind" "$p"
	done
	if [ "$want" ]; then
		[ $# = 0 ] || with "$want" sh -c "$look" sh "$tops" "$@" | head -c 200000000
	else
		( set -- '' "$@" && eval "$look" ) || exit 1
	fi
}

# may_find PATTERN: something of $tops may match it.
may_find() {
	by=- d=${1%/*}
	[ "$want" ] || return 0
	list=$tops
	while [ "$list" ]; do
		f=${list%%"$nl"*} list=${list#*"$nl"}
		case $d/ in "$f"/*) return ;; esac
		case $d in *[*?[]*) case $f in "${d%%[*?[]*}"*) return ;; esac ;; esac
	done
	return 1
}

# knows_tar distinguishes a tar that misses some files from one that does not know the
# options: its silence would look like a host without files.
knows_tar() {
	tar -cf /dev/null --no-recursion --ignore-failed-read /dev/null 2>/dev/null ||
		{ echo "this tar has no --no-recursion: install GNU tar" >&2 && exit 1; }
}
