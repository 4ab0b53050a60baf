# Backs up one thing and keeps the newest few of its backups. The words before this
# set: dir db what keep, and say how big it is, how it is written and checked, and how
# it comes back.
umask 077
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
at=$(date -u +%Y%m%dT%H%M%SZ)
file=$dir/$at-$db.$ending
trap 'rm -f "$file.new"' EXIT
save "$file.new" && whole "$file.new" || { echo "the backup of $what of $db is not whole"; exit 1; }
sync "$file.new"
back >"${file%."$ending"}.restore-$ending" && mv "$file.new" "$file" || exit
# shellcheck disable=SC2045 # never a file of somebody else: the names are fixed in form
for old in $(ls -r "$dir"); do
	case $old in ????????T??????Z-"$db.$ending") keep=$((keep - 1)) ;; *) continue ;; esac
	[ $keep -ge 0 ] || rm -f "$dir/$old" "$dir/${old%."$ending"}.restore-$ending"
done
echo "$what of $db in $file ($(du -k "$file" | awk '{ print $1 }') kB, checked); back by: sh ${file%."$ending"}.restore-$ending" >>"$3"
