# effective USER ADDRESS SETTING...: sshd, with the present files, has these settings for a
# login of the user from there, and lets the user in. An earlier block in another file would
# take precedence over ours.
effective() {
	user=$1
	has=$(/usr/sbin/sshd -T -C "user=$1,host=$2,addr=$2") || return 1
	shift 2
	for want; do
		echo "$has" | grep -qixF -e "$want" && continue
		echo "sshd has \"$(echo "$has" | grep -i -e "^${want%% *} ")\" for the user $user, and tunnels need \"$want\": look for that setting in /etc/ssh/sshd_config and sshd_config.d, in a Match block that comes first"
		return 1
	done
	for list in allowusers allowgroups; do
		echo "$has" | grep -q -e "^$list " || continue
		echo "$has" | grep -qxF -e "$list $user" && continue
		echo "sshd lets only some in ($list), and the user $user of the tunnels is not among them: add $user to it in /etc/ssh"
		return 1
	done
}
