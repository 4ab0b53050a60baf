export LC_ALL=C
# A run that is at work on the host would find files changed under its hands.
exec 9>>"$root/var/lib/odooctl/lock" && flock -w 1800 9
echo "its own timer, $unit" >"$root/var/lib/odooctl/holder"

# keep FILE SED...: edits a file that exists; owner, mode and label stay.
keep() {
	f=$1
	shift
	[ -f "$f" ] || return 0
	cp -a "$f" "$f.odooctl" && sed "$@" "$f" >"$f.odooctl" && mv "$f.odooctl" "$f"
}

# drop FILE TEXT: removes the lines that end in a text.
drop() {
	[ -f "$1" ] && grep -qF -e "$2" "$1" || return 0
	cp -a "$1" "$1.odooctl"
	awk -v t="$2" 'substr($0, length($0) - length(t) + 1) != t' "$1" >"$1.odooctl" && mv "$1.odooctl" "$1"
}

# The script.

systemctl disable -q "$unit.timer"
rm -f "$root/etc/systemd/system/$unit.timer" "$root/etc/systemd/system/$unit.service" "$root/etc/$unit.sh" "$root/var/lib/systemd/timers/stamp-$unit.timer"
systemctl daemon-reload
# The timer is stopped last: systemd would not start a service without its file again.
systemctl stop --no-block "$unit.timer"
rm -f "$root/var/lib/odooctl/holder"
