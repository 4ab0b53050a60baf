package odoo

import (
	"cmp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/probe"
	"odooctl/tasks/postgresql/version"
)

func init() {
	tasks.Register("odoo.reach", "each Odoo host is let in by its PostgreSQL, asked from there without a password",
		func() tasks.Task { return &Reach{} })
}

// Reach tests from each Odoo host whether its PostgreSQL would accept the login: in the
// plan, before Odoo is started on a new configuration, and again at the end of a run.
type Reach struct{}

// Plan implements tasks.Task.
func (Reach) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		if p := i.PostgreSQL; p == nil || p.Access != inventory.AccessNetwork {
			continue // a tunnel has a proof of its own
		}
		first = cmp.Or(first, i.reach(h))
	}
	return first
}

func (i Instance) reach(h *tasks.Host) error {
	p := i.PostgreSQL
	door := probe.Door{
		From: h.Name, Address: p.Host.Address, Port: cmp.Or(p.Port, 5432), User: p.Role.Name, TLS: p.TLS.Enabled(),
		Databases: append(append([]string{}, i.Odoo.Databases...), "postgres"),
	}
	text, _ := h.Output(door.Shell()) // before the server says its port: it is seldom another
	peer, err := h.Peer(p.Host.Name)
	if err != nil {
		return err
	}
	c, err := postgresql.Server(peer, i.Deployment)
	if err != nil || !c.Running {
		return err
	}
	if door.Port, err = postgresql.Port(peer, i.Deployment); err != nil {
		return err
	}
	door.TLS = postgresql.Encrypts(peer, i.Deployment)
	role := c.Role(p.Role.Name)
	door.Verifier = role.Verifier()
	if v := probe.Library(text); v > 0 && !version.Of(v).SCRAM && version.Of(c.Major()).SCRAM {
		h.Warn("%s: the libpq of %s is that of PostgreSQL 9, which cannot prove a password by SCRAM: install libpq 10 or "+
			"later (on Debian, libpq5)", p.Pos, h.Name)
	}
	if err := h.Reach(tasks.Reach{Shell: door.Shell(), Judge: door.Judge}); err != nil && !peer.Acts(c.Unit) &&
		!role.Changes() {
		h.Warn("%v", err)
	}
	if peer != h {
		h.Check(tasks.Check{Unit: i.Unit, Title: "that PostgreSQL lets " + h.Name + " in", Run: door.Check(),
			Live: true})
	}
	return nil
}
