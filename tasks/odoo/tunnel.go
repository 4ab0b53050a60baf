package odoo

import (
	"cmp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tunnel"
)

func init() {
	tasks.Register("odoo.tunnel", "the Odoo host's end of the SSH tunnels to PostgreSQL: key, pinned host keys and service", func() tasks.Task { return &Tunnel{} })
}

// Tunnel keeps the Odoo host's end of the tunnels that the host's Odoos come to
// their PostgreSQL through.
type Tunnel struct{}

// Plan implements tasks.Task.
func (Tunnel) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		if i.tunnels(h) {
			first = cmp.Or(first, tunnel.Open(h, i.Deployment, i.odooOf()))
		}
	}
	return first
}

// tunnels reports whether the Odoo comes to its PostgreSQL through a tunnel.
func (i Instance) tunnels(h *tasks.Host) bool {
	p := i.PostgreSQL
	return p != nil && p.Access == inventory.AccessTunnel && p.Host != h.Host
}

// Probe returns shell, to be run as root on the Odoo host that h pictures, that
// proves the tunnel of a deployment there; see tunnel.Probe. It is "" where there
// is no tunnel.
func Probe(h *tasks.Host, d *inventory.Deployment) (string, error) {
	for _, i := range Instances(h) {
		if i.Deployment != d || !i.tunnels(h) {
			continue
		}
		c, err := server(h, d)
		if err != nil {
			return "", err
		}
		return tunnel.Probe(h, d, i.odooOf(), c), nil
	}
	return "", nil
}

// odooOf is the Odoo as its tunnel sees it.
func (i Instance) odooOf() tunnel.Odoo {
	o := tunnel.Odoo{Group: i.User, Config: i.Config}
	if i.Python != "" {
		o.Python = i.as() + " " + i.Python // what pip brought is nothing for root to run
	}
	return o
}
