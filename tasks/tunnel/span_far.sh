# Removes the far end of a tunnel. The arguments: KEYS OWN MAIN USER WHO TARGET BEGIN
# END: three files, the account, the key's comment, the tunnel's target, and the lines
# around our block in the third file.
keys=$1 own=$2 main=$3 user=$4 who=$5 target=$6 begin=$7 end=$8
drop "$keys" " $who"
if ! grep -q '^restrict' "$root$keys" 2>/dev/null; then
	rm -f "$root$keys" "$root$own"
	grep -qxF -e "$begin" "$root$main" && keep "$main" -e "/^$begin\$/,/^$end\$/d"
	pkill -KILL -u "$user"
	userdel "$user"
	groupdel "$user" 2>/dev/null
elif ! grep -qF -e "permitopen=\"$target\"" "$root$keys"; then
	for f in "$own" "$main"; do keep "$f" -e "/^	PermitOpen /s/ $target\\( \\|\$\\)/\\1/"; done
fi
for sshd in ssh sshd; do
	systemctl is-active -q "$sshd" && /usr/sbin/sshd -t && systemctl reload "$sshd" && break
done
