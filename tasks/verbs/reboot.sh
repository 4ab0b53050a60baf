# Shutting down and coming back.

# reboot_: records the running enabled services, then reboots the host, which ends this
# shell.
reboot_() {
	for unit in $(systemctl list-units --type=service --state=running --no-legend --plain | cut -d ' ' -f 1); do
		case $(systemctl is-enabled "$unit" 2>/dev/null) in enabled | enabled-runtime | generated | alias) say "$unit" ;; esac
	done >"$dir/ran"
	say rebooting >"$dir/state"
	sync
	systemd-run --quiet --collect --on-active=1 --timer-property=AccuracySec=100ms systemctl reboot >"$dir/err" 2>&1 || {
		say "failed: reboot: $(cat "$dir/err")"
		exit 77
	}
	rm -f "$state/holder"
}
