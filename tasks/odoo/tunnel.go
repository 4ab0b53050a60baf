package odoo

import (
	"cmp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tunnel"
)

func init() {
	tasks.Register("odoo.tunnel",
		"the Odoo host's end of the SSH tunnels to PostgreSQL: key, pinned host keys and service",
		func() tasks.Task { return &Tunnel{} })
}

// Tunnel manages the Odoo host's end of the tunnels to PostgreSQL.
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

// tunnels reports whether the Odoo reaches its PostgreSQL through a tunnel.
func (i Instance) tunnels(h *tasks.Host) bool {
	p := i.PostgreSQL
	return p != nil && p.Access == inventory.AccessTunnel && p.Host != h.Host
}

// Probe returns shell, to be run as root on the Odoo host h, that proves a deployment's
// tunnel; see tunnel.Probe. It is "" if there is no tunnel.
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

// odooOf is the Odoo as package tunnel needs it.
func (i Instance) odooOf() tunnel.Odoo {
	o := tunnel.Odoo{Group: i.User, Config: i.Config}
	if i.Python != "" {
		o.Python = i.as() + " " + i.Python // root must not run what pip installed
	}
	return o
}
