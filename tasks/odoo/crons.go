package odoo

import (
	"odooctl/inventory"
	"odooctl/tasks"
)

// patient limits the wait for scheduled jobs, in seconds: systemd waits for them again
// when it stops the service.
const patient = 120

// awaitJobs delays the stop of the service for scheduled jobs until none of them runs,
// or for a while.
func (i Instance) awaitJobs(h *tasks.Host, major int, p Processes) {
	if i.PostgreSQL == nil || p.Cron == 0 || len(i.Odoo.Databases) == 0 {
		return
	}
	unit := i.Unit
	if i.Odoo.Runs() == inventory.ModeWSGI {
		unit = i.beside("cron")
	}
	h.BeforeStop(tasks.PreStop{Unit: unit, Title: "scheduled jobs of " + i.Name + " come to their end", Run: i.idle(major),
		Within: patient})
}

// idle is shell that succeeds if none of this host's scheduled jobs runs, or that
// cannot be determined.
func (i Instance) idle(major int) string {
	return i.asks(i.python(major), append([]string{"jobs", i.Config}, i.Odoo.Databases...)...)
}
