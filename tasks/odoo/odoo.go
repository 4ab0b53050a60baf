// Package odoo has the tasks for the Odoo hosts of a deployment, such as odoo.conf,
// odoo.database and odoo.service. Import it for its tasks, which its init functions
// register; playbooks name them.
//
// The differences between versions are in package version, those of odoo.conf in the
// table of package conf.
package odoo

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// The unit, the configuration and the program in the packages of Debian and
// nightly.odoo.com, which share one layout since Odoo 11.
const (
	Unit    = "odoo.service"
	Config  = "/etc/odoo/odoo.conf"
	Program = "/usr/bin/odoo"
)

// Major returns the major version of a deployment's Odoo on host h: the inventory's,
// which has to match the host, or the host's.
func Major(h *tasks.Host, d *inventory.Deployment) (int, error) {
	f, err := h.Facts()
	if err != nil {
		return 0, err
	}
	if d.Odoo.Source() != nil {
		return d.Odoo.Major(), nil // compared once it is installed
	}
	major, _, _ := strings.Cut(Packaged(f), ".")
	installed, _ := strconv.Atoi(major)
	switch want := d.Odoo.Major(); {
	case awaited(h, d):
		return want, nil
	case installed == 0:
		return 0, fmt.Errorf("%s: Odoo is not installed on %s: there is no package odoo; say in odoo.install of the "+
			"inventory where to take it from, or install it, and apply again", d.Odoo.Pos, h.Name)
	case want != 0 && want != installed:
		return 0, fmt.Errorf("%s: the inventory says Odoo %s, %s has %s: correct version in the inventory, or install the "+
			"other Odoo", d.Odoo.Pos, d.Odoo.Version, h.Name, Packaged(f))
	}
	return installed, nil
}
