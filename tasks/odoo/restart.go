package odoo

import (
	"fmt"

	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.restart", "every Odoo of the host is restarted, and answers",
		func() tasks.Task { return &Restart{} })
}

// Restart restarts the services of each Odoo, even without changes, and proves that
// they answer.
type Restart struct{}

// Plan implements tasks.Task.
func (Restart) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		if err := i.restarted(h, "a restart was asked for"); err != nil {
			return err
		}
	}
	return nil
}

// restarted restarts all services of the Odoo, and proves that they answer; without a
// reason it only requests what that needs to read.
func (i Instance) restarted(h *tasks.Host, why string) error {
	h.Unit(i.Unit)
	i.looks(h)
	major, err := Major(h, i.Deployment)
	if err != nil {
		return err
	}
	count, err := ProcessesOf(h, i.Deployment)
	if err != nil {
		return err
	}
	if why != "" {
		i.awaitJobs(h, major, count)
	}
	for _, p := range i.processes(h, major, count) {
		if u := h.Unit(p.Unit); !u.Exists() {
			return fmt.Errorf("there is no %s; odooctl apply makes it", p.Unit)
		}
		if why == "" {
			continue
		}
		h.Notify(p.Unit, tasks.Restart, why)
		if p.Ready != "" {
			h.Prove(p.Unit, tasks.Proof{After: p.Ready, Within: 120})
		}
	}
	return nil
}
