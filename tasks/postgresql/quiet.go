package postgresql

import (
	"cmp"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

func init() {
	tasks.Register("postgresql.quiet", "a reboot waits for Odoo's work in PostgreSQL, a minute at most",
		func() tasks.Task { return &Quiet{} })
}

// patient limits the wait for work in PostgreSQL before it restarts, in seconds: users see the
// maintenance page meanwhile.
const patient = 60

// Quiet delays a reboot until nothing of Odoo is at work in the host's servers, or for a while.
// Restarts by other tasks wait without it.
type Quiet struct{}

// Plan implements tasks.Task.
func (Quiet) Plan(h *tasks.Host) error {
	list, err := servers(h)
	for _, s := range list {
		s.awaitWork(h)
	}
	return err
}

// awaitWork delays a restart of the server until nothing of its Odoos is at work in it, or for
// a while: requests that take long, and scheduled jobs, which keep a transaction open. Sessions
// of others are not waited for, and a server that cannot be asked is not either.
func (s *server) awaitWork(h *tasks.Host) {
	var roles []string
	for _, d := range s.deployments {
		roles = append(roles, cluster.Literal(cmp.Or(d.PostgreSQL.Role.Name, "odoo")))
	}
	if !s.Running {
		return
	}
	slices.Sort(roles)
	h.BeforeStop(tasks.PreStop{Unit: s.Unit, Title: "Odoo's work in PostgreSQL " + s.ID() + " comes to its end",
		Within: patient, Run: tasks.Rights + `[ "$(` + s.working(slices.Compact(roles)) + ` || echo 0)" = 0 ]`})
}

// working is shell that prints how many sessions of these roles are at work.
func (s *server) working(roles []string) string {
	return psql(s.Cluster, s.Port,
		"select count(*) from pg_stat_activity where state <> 'idle' and usename in ("+strings.Join(roles, ", ")+")")
}
