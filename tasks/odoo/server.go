package odoo

import (
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/tunnel"
)

// server returns the PostgreSQL server of a deployment, which may be on another host;
// nil if the deployment has none. The modules in the deployment's databases are read
// with it.
func server(h *tasks.Host, d *inventory.Deployment) (*cluster.Cluster, error) {
	if d.PostgreSQL == nil {
		return nil, nil
	}
	peer, err := h.Peer(d.PostgreSQL.Host.Name)
	if err != nil {
		return nil, err
	}
	for _, name := range d.Odoo.Databases {
		ask(peer, name, slices.Concat(d.Odoo.Modules.All(), updates(h))...)
	}
	return postgresql.Server(peer, d)
}

// ready reports whether the deployment's PostgreSQL runs, and its tunnel and the mount of its data_dir, if it has
// these, are there. Until then Odoo is left alone: one that starts without its database stays broken, and one without
// its mount writes below it.
func ready(h *tasks.Host, d *inventory.Deployment) (bool, error) {
	if awaited(h, d) {
		h.Unknown(installedFirst, d.Name)
		return false, nil
	}
	if stands, err := mounted(h, d); !stands {
		return false, err
	}
	c, err := server(h, d)
	if err != nil {
		return false, err
	}
	switch {
	case c == nil:
		return true, nil
	case c.Running && tunnel.Ready(h, d):
		return true, nil
	case c.Running:
		h.Unknown("Odoo of %s, for its tunnel to %s is not there yet", d.Name, d.PostgreSQL.Host.Name)
		return false, nil
	}
	h.Unknown("Odoo of %s, for PostgreSQL %s on %s does not run", d.Name, c.ID(), d.PostgreSQL.Host.Name)
	return false, nil
}
