package basic

import (
	_ "embed"
	"errors"
	"fmt"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

func init() {
	tasks.Register("reboot", "a reboot where the host asks for one, and all that ran before runs again",
		func() tasks.Task { return &Reboot{} })
}

// Reboot reboots a host if an update requires it.
type Reboot struct {
	Always bool          `yaml:"always"` // even if nothing requires it
	Within time.Duration `yaml:"within"` // limit until it is back; 0 = 10 min
	InUse  bool          `yaml:"in_use"` // even if Odoos use its PostgreSQL: in a play with drain their users see a maintenance page
}

//go:embed reboot.sh
var rebootRequired string

// required is shell that succeeds if an update requires a reboot.
var required = shell.Call(rebootRequired, "reboot_required")

// Validate checks the arguments of the playbook.
func (t *Reboot) Validate() error {
	if t.Within < 0 {
		return errors.New("reboot: within: want a time above 0")
	}
	return nil
}

// Plan implements tasks.Task.
func (t *Reboot) Plan(h *tasks.Host) error {
	asked := h.Holds(required)
	if _, err := h.Facts(); err != nil {
		return err
	}
	if !asked && !t.Always {
		return nil
	}
	if h.Local() {
		return errors.New("reboot: odooctl runs on this machine, and cannot wait for itself: reboot it by hand")
	}
	if users := using(h); len(users) > 0 && !t.InUse {
		return fmt.Errorf("reboot: Odoo of %s uses PostgreSQL on %s: say in_use: true in a play with drain, so that its "+
			"users see the maintenance page meanwhile", users[0].Name, h.Name)
	}
	why := "asked for"
	if asked {
		why = "an update asks for it (/run/reboot-required)"
	}
	h.Reboot(tasks.Reboot{Why: why, Within: int(t.Within.Seconds())})
	return nil
}

// using lists the deployments whose Odoo runs elsewhere and has its databases here.
func using(h *tasks.Host) (list []*inventory.Deployment) {
	for _, d := range h.PostgreSQLOf() {
		if d.Odoo == nil {
			continue
		}
		for _, o := range d.Odoo.Hosts {
			if o != h.Host {
				list = append(list, d)
				break
			}
		}
	}
	return list
}
