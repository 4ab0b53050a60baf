# listens PORT: something of this host listens on that TCP port, whatever the address, or the
# host has no ss to tell. /proc/net/tcp would tell too, but there the kernel goes through all
# connections that a host could have: four times the work, and more on a larger host.
listens() {
	[ -n "$(ss -Hltn "sport = :$1" 2>/dev/null || echo 'not known')" ] || { echo "nothing listens on port $1 yet"; return 1; }
}
