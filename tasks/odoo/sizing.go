package odoo

import (
	"odooctl/inventory"
	"odooctl/tasks"
)

// Processes says how many processes of each sort an Odoo runs.
type Processes struct {
	Workers int // HTTP workers; 0 = one threaded process for everything
	Cron    int
}

// Chat reports whether a process of its own serves live chat: Odoo starts one
// beside its workers.
func (p Processes) Chat() bool { return p.Workers > 0 }

// Size returns the processes for a number of concurrent users on this many CPUs,
// after "Builtin server" of Odoo's deployment guide: one worker serves about six
// users, and there are at most CPUs * 2 + 1 processes, of which one is for cron.
func Size(cpus, users int) Processes {
	total := min((users+5)/6, cpus*2+1)
	p := Processes{Cron: 1}
	// One HTTP worker alone would wait for itself: reports and webhooks call back.
	p.Workers = max(total-p.Cron, 2)
	return p
}

// ProcessesOf returns the processes of a deployment's Odoo on the host that h
// pictures. What the inventory sets wins; without a number of users it is sized
// for what the CPUs can serve.
func ProcessesOf(h *tasks.Host, d *inventory.Deployment) (Processes, error) {
	f, err := h.Facts()
	if err != nil {
		return Processes{}, err
	}
	users := d.Odoo.Users
	if users == 0 {
		users = (f.CPUs*2 + 1) * 6
	}
	p := Size(f.CPUs, users)
	if d.Odoo.Workers != nil {
		p.Workers = *d.Odoo.Workers
	}
	if d.Odoo.Runs() == inventory.ModeThreaded {
		p.Workers = 0
	}
	if d.Odoo.MaxCronThreads != nil {
		p.Cron = *d.Odoo.MaxCronThreads
	}
	return p, nil
}
