package postgresql

import (
	"slices"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

func init() {
	tasks.Register("postgresql.left", "a cluster that serves no deployment any more lets nobody in by a rule of ours",
		func() tasks.Task { return &Left{} })
}

// Left removes our pg_hba rules from clusters that no deployment uses any more, on
// hosts that are still in the inventory. It is last in a run, after Odoo has moved.
// Roles, databases and settings stay: they are the data, and how it was served.
type Left struct{}

// Plan implements tasks.Task.
func (Left) Plan(h *tasks.Host) error {
	ours := false
	for _, dir := range configurations {
		for _, file := range h.Glob(dir + "*hba.conf") {
			ours = ours || hba.Managed(h.File(file).Text())
		}
	}
	if !ours {
		return nil
	}
	used, err := servers(h)
	if err != nil {
		return err
	}
	return closeLeft(h, used)
}

// closeLeft takes our rules from the clusters that no deployment uses.
func closeLeft(h *tasks.Host, used []*server) error {
	all, err := cluster.Of(h)
	if err != nil {
		return err
	}
	for _, c := range all {
		ours := slices.ContainsFunc(used, func(s *server) bool { return s.ID() == c.ID() })
		if ours || !c.Running || !ownsHBA(c) || !hba.Managed(h.File(c.HBA).Text()) {
			continue
		}
		left := &server{Cluster: c}
		if err := left.access(h); err != nil {
			return err
		}
	}
	return nil
}
