package odoo

import (
	"odooctl/inventory"
	"odooctl/tasks"
)

// patient bounds how long scheduled jobs are waited for: systemd waits for them once
// more when it stops the service.
const patient = 120

// awaitJobs has the service that runs scheduled jobs stopped only when none of them
// runs, or after a while.
func (i Instance) awaitJobs(h *tasks.Host, major int, p Processes) {
	if i.PostgreSQL == nil || p.Cron == 0 || len(i.Odoo.Databases) == 0 {
		return
	}
	unit := i.Unit
	if i.Odoo.Runs() == inventory.ModeWSGI {
		unit = i.beside("cron")
	}
	h.BeforeStop(tasks.PreStop{Unit: unit, Title: "scheduled jobs of " + i.Name + " come to their end", Run: i.idle(major), Within: patient})
}

// idle is shell that succeeds when none of this host's scheduled jobs runs, or none can
// be asked for.
func (i Instance) idle(major int) string {
	return i.asks(i.python(major), append([]string{"jobs", i.Config}, i.Odoo.Databases...)...)
}
