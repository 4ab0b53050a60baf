drop "$keys" " $who"
if ! grep -q '^restrict' "$root$keys" 2>/dev/null; then
	rm -f "$root$keys" "$root$own"
	grep -qxF -e "$begin" "$root$main" && keep "$main" -e "/^$begin\$/,/^$end\$/d"
	pkill -KILL -u "$user"
	userdel "$user"
	groupdel "$user" 2>/dev/null
elif ! grep -qF -e "permitopen=\"$at\"" "$root$keys"; then
	for f in "$own" "$main"; do keep "$f" -e "/^	PermitOpen /s/ $at\\( \\|\$\\)/\\1/"; done
fi
for sshd in ssh sshd; do
	systemctl is-active -q "$sshd" && /usr/sbin/sshd -t && systemctl reload "$sshd" && break
done
