// Package tunnel keeps PostgreSQL on its loopback and connects the Odoo hosts to it by
// permanent SSH connections: a systemd service with its own key on each Odoo host, and
// on the database host a user whose only permission is to reach PostgreSQL.
//
// Open is the Odoo host's end, called by package odoo, which knows the Odoo's user. The
// tasks, which its init functions register, are tunnel.server, the database host's end;
// tunnel.rotate, a new key beside the old one; and tunnel.ended, which removes what is
// no longer needed.
//
// The two ends meet through the pictures of each other: the database host lets in
// the keys that stand on the Odoo hosts, and an Odoo host pins the host keys that
// stand on the database host, both read over connections that were verified. A key
// that is generated in this run is known only after it, so the first apply takes two
// passes.
package tunnel

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// User runs ssh on the Odoo hosts. It has no login.
const User = "odooctl-tunnel"

// ours is the first line of every file that this package writes.
const ours = "# Written by odooctl from the inventory; edits are put back\n"

// A tunnel's paths on its Odoo host.
const (
	unitDirectory = "/etc/systemd/system/"
	prefix        = "odooctl-tunnel-"
	home          = "/nonexistent" // as for Debian's nobody
	nologin       = "/usr/sbin/nologin"
	firstKey      = "id_ed25519"
	socketPort    = 5432 // in the socket's name, .s.PGSQL.5432
)

// Unit returns the name of the service of a deployment's tunnel.
func Unit(d *inventory.Deployment) string { return prefix + d.Name + ".service" }

func folder(name string) string { return "/etc/" + prefix + name }

func unitFile(d *inventory.Deployment) string { return unitDirectory + Unit(d) }

// Reach returns where an Odoo of the deployment finds PostgreSQL on host h: db_host, a
// loopback address or the directory of a socket, and db_port. port is the server's own,
// for an Odoo on the same host.
func Reach(h *tasks.Host, d *inventory.Deployment, port int) (host string, at int) {
	t := d.PostgreSQL.Tunnel
	switch {
	case d.PostgreSQL.Host == h.Host:
		return "127.0.0.1", port
	case t.Socket:
		return "/run/" + prefix + d.Name, socketPort
	}
	return t.Bind, t.Port
}

// Ready reports whether the deployment's tunnel to its database host exists, so that
// Odoo can be switched to it.
func Ready(h *tasks.Host, d *inventory.Deployment) bool {
	if d.PostgreSQL == nil || d.PostgreSQL.Access != inventory.AccessTunnel || d.PostgreSQL.Host == h.Host {
		return true
	}
	return target(h, d.Name) == d.PostgreSQL.Host.Name
}

var targetLine = regexp.MustCompile(`(?m)^# To: (\S+)$`)

// target returns the host that a tunnel of this name goes to; "" if h has none.
func target(h *tasks.Host, name string) string {
	if m := targetLine.FindStringSubmatch(h.File(unitDirectory + prefix + name + ".service").Text()); m != nil {
		return m[1]
	}
	return ""
}

// key is a tunnel's key on its Odoo host. Names sort by the time of their making.
type key struct {
	path   string // of the private half
	public string // ssh-ed25519 AAAA...; "" until it is made
}

// publicKey matches all that is taken of a public key from an Odoo host: it goes into a
// file that decides who may log in.
var publicKey = regexp.MustCompile(`^ssh-ed25519 [A-Za-z0-9+/]+={0,2}`)

// keys lists the keys of a tunnel on host h, the oldest first.
func keys(h *tasks.Host, name string) (list []key) {
	for _, p := range h.Glob("/etc/" + prefix + "*/*.pub") {
		if f := h.File(p); path.Dir(p) == folder(name) && f.Exists() {
			list = append(list, key{strings.TrimSuffix(p, ".pub"), publicKey.FindString(f.Text())})
		}
	}
	slices.SortFunc(list, func(a, b key) int { return strings.Compare(a.path, b.path) })
	return list
}

// dial formats an address and a port for ssh and PostgreSQL.
func dial(address string, port int) string {
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	return address + ":" + strconv.Itoa(port)
}

func errorAt(d *inventory.Deployment, format string, args ...any) error {
	return fmt.Errorf("%s: %w", d.PostgreSQL.Pos, fmt.Errorf(format, args...))
}
