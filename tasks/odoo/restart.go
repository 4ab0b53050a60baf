package odoo

import (
	"fmt"

	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.restart", "every Odoo of the host is restarted, and answers", func() tasks.Task { return &Restart{} })
}

// Restart restarts the services of each Odoo, though nothing changed, and proves
// that they answer.
type Restart struct{}

// Plan implements tasks.Task.
func (Restart) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		h.Unit(i.Unit)
		major, err := Major(h, i.Deployment)
		if err != nil {
			return err
		}
		count, err := ProcessesOf(h, i.Deployment)
		if err != nil {
			return err
		}
		for _, p := range i.processes(h, major, count) {
			if u := h.Unit(p.Unit); !u.Exists() {
				return fmt.Errorf("there is no %s; odooctl apply makes it", p.Unit)
			}
			h.Notify(p.Unit, tasks.Restart, "a restart was asked for")
			if p.Ready != "" {
				h.Prove(p.Unit, tasks.Proof{After: p.Ready, Within: 120})
			}
		}
	}
	return nil
}
