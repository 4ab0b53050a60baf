# reboot_required: by the flag file of Debian and Ubuntu (update-notifier-common,
# unattended-upgrades), or by dnf (needs-restarting(1), -r).
reboot_required() {
	[ -e /run/reboot-required ] || [ -e /var/run/reboot-required ] || { command -v needs-restarting >/dev/null && ! needs-restarting -r; }
}
