# Backs up one thing and keeps the newest few of its backups.

# backup KEPT DIR DATABASE WHAT KEEP RESTORE ABOUT...: RESTORE is the restore script,
# and KEPT the file for the report. Functions of another file estimate the size, write
# the backup, verify it, and describe it.
backup() {
	umask 077
	kept=$1 dir=$2 db=$3 what=$4 keep=$5 restore=$6
	shift 6
	about "$@"
	said=$(none) && echo "$said" >>"$kept" && exit
	stands=$dir
	until [ -e "$root$stands" ] || [ -L "$root$stands" ]; do stands=${stands%/*}; done
	walk "$stands" || exit
	if [ -n "$foreign" ]; then
		echo "$dir: $foreign is not root's alone, and who can write there could lead backups elsewhere: chown root and chmod go-w it, or name another folder (odoo.backup: dir)"
		exit 1
	fi
	dir=$root$dir
	mkdir -p "$dir" && chmod 700 "$dir" || exit
	need=$(size) || { echo "how big $what of $db is could not be read: $need"; exit 1; }
	left=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
	if [ "$left" -le "$need" ]; then
		echo "$dir has $((left >> 10)) MB free, and $what of $db takes up to $((need >> 10)) MB: make room, or name another folder (odoo.backup: dir)"
		exit 1
	fi
	file=$dir/$(date -u +%Y%m%dT%H%M%SZ)-$db.$ending
	trap 'rm -f "$file.new"' EXIT
	save "$file.new" && whole "$file.new" || { echo "the backup of $what of $db is not whole"; exit 1; }
	sync "$file.new"
	printf '%s\n' "$restore" >"${file%."$ending"}.restore-$ending" && mv "$file.new" "$file" || exit
	# shellcheck disable=SC2045 # never a file of somebody else: the names are fixed in form
	for old in $(ls -r "$dir"); do
		case $old in ????????T??????Z-"$db.$ending") keep=$((keep - 1)) ;; *) continue ;; esac
		[ $keep -ge 0 ] || rm -f "$dir/$old" "$dir/${old%."$ending"}.restore-$ending"
	done
	echo "$what of $db in $file ($(du -k "$file" | awk '{ print $1 }') kB, checked); back by: sh ${file%."$ending"}.restore-$ending" >>"$kept"
}
