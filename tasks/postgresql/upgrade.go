package postgresql

import (
	"cmp"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("postgresql.upgrade",
		"the newest minor version of the PostgreSQL that deployments use, and the server restarted",
		func() tasks.Task { return &Upgrade{} })
}

// Upgrade upgrades the packages of the deployments' servers to the newest ones in the
// host's sources. Their names contain the major version, which stays.
type Upgrade struct{}

// Plan implements tasks.Task.
func (Upgrade) Plan(h *tasks.Host) (first error) {
	for _, d := range h.PostgreSQLOf() {
		c, err := Server(h, d)
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		if held(h, c) {
			h.Warn("PostgreSQL %s stays as it is, for it serves others too. When it suits them: odooctl apply "+
				"--allow-restart, or postgresql.restart: true", c.ID())
			continue
		}
		list, err := h.Upgrade("postgresql-"+c.Version, "postgresql-client-"+c.Version)
		if first = cmp.Or(first, err); len(list) > 0 {
			h.Notify(c.Unit, tasks.Restart, list[0].Name+" is new")
			(&server{c, []*inventory.Deployment{d}}).awaitWork(h)
		}
	}
	return first
}
