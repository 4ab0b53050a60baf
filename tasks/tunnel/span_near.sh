# Removes the near end of a tunnel. The arguments: TUNNEL USER.
tunnel=$1 user=$2
systemctl disable -q --now "$tunnel.service"
rm -f "$root/etc/systemd/system/$tunnel.service"
rm -rf "$root/etc/${tunnel:?}"
systemctl reset-failed "$tunnel.service" 2>/dev/null
ls -d "$root"/etc/odooctl-tunnel-*/ >/dev/null 2>&1 || {
	pkill -KILL -u "$user"
	userdel "$user"
	groupdel "$user" 2>/dev/null
}
