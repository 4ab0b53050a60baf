package postgresql

import (
	"fmt"

	"odooctl/tasks"
)

func init() {
	tasks.Register("postgresql.database", "the databases of each deployment, owned by its role",
		func() tasks.Task { return &Database{} })
}

// Database manages the databases of each deployment, owned by its role, and closed to
// other roles if the inventory says private.
type Database struct{}

// Plan implements tasks.Task.
func (Database) Plan(h *tasks.Host) error {
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, d := range s.deployments {
			if d.Odoo == nil || !s.Running {
				continue
			}
			for _, name := range d.Odoo.Databases {
				s.database(h, name, d.PostgreSQL.Role.Name)
				if d.PostgreSQL.Private {
					s.Database(name).SetPrivate()
				}
			}
		}
	}
	return nil
}

// database gives a database its owner. What is in it keeps the owner that it has:
// REASSIGN OWNED would move that role's other databases too, and cannot be undone.
func (s *server) database(h *tasks.Host, name, owner string) {
	db := s.Database(name)
	if old := db.Owner(); db.Exists() && old != owner {
		how := fmt.Sprintf("REASSIGN OWNED BY %q TO %q in that database, which moves other databases of %s too",
			old, owner, old)
		if s.Role(old).Bootstrap() {
			how = "ALTER TABLE ... OWNER TO for each, for nothing can be reassigned of " + old
		}
		h.Warn("the database %s of PostgreSQL %s gets another owner, and the tables in it keep theirs: where they belong "+
			"to %s, Odoo cannot change them. They are moved by %s", name, s.ID(), old, how)
	}
	db.SetOwner(owner)
}
