package odoo

import (
	"fmt"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.upgrade", "the newest package of the Odoo that is installed, and its services restarted",
		func() tasks.Task { return &Upgrade{} })
}

// Upgrade upgrades Odoo's package to the newest one in the host's sources. It never
// changes the series, which would need a migration of the databases.
type Upgrade struct{}

// Plan implements tasks.Task.
func (Upgrade) Plan(h *tasks.Host) error {
	f, err := h.Facts()
	if err != nil {
		return err
	}
	major, _, _ := strings.Cut(Packaged(f), ".")
	if major == "" {
		return fmt.Errorf("Odoo is not installed on %s", h.Name)
	}
	list, err := h.Upgrade("odoo", "odoo-"+major)
	if err != nil {
		return err
	}
	for _, i := range Instances(h) { // request what a restart needs in the same round
		if err := i.restarted(h, ""); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	u := list[0]
	if series, _, _ := strings.Cut(u.To, "."); u.Name == "odoo" && series != major {
		return fmt.Errorf("the sources of %s have Odoo %s, and %s is installed: databases are migrated to another series, "+
			"which no package does", h.Name, u.To, u.From)
	}
	for _, i := range Instances(h) {
		if err := i.restarted(h, u.Name+" is new"); err != nil {
			return err
		}
	}
	return nil
}
