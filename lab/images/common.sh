# Runs in every new image, as root, before the image is stored.
# What differs from host to host (name, address, keys, machine-id) is written when the host is made.

sed -i 's/^# *\(de_DE.UTF-8 UTF-8\)/\1/' /etc/locale.gen
locale-gen >/dev/null

useradd --create-home --shell /bin/bash deploy
echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy
chmod 0440 /etc/sudoers.d/deploy
visudo -cq
install -d -m 0700 /root/.ssh
install -d -m 0700 -o deploy -g deploy /home/deploy/.ssh

# No host reaches a mirror: package sources and the timers that would ask them are of no use.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
systemctl disable --quiet apt-daily.timer apt-daily-upgrade.timer
: >/etc/resolv.conf

# A getty on the console of a container waits for a login that never comes.
systemctl mask --quiet console-getty.service

# Keys are made per host; sid's sshd would otherwise make the missing kinds at boot.
rm -f /etc/ssh/ssh_host_*
if [ -e /usr/lib/systemd/system/sshd-keygen.service ]; then
	systemctl disable --quiet sshd-keygen.service
fi

rm -f /var/lib/dbus/machine-id
: >/etc/machine-id
: >/etc/hostname
printf '127.0.0.1 localhost\n' >/etc/hosts

# Spares the first boot the work that follows an update of /usr.
touch -r /usr /etc/.updated /var/.updated
