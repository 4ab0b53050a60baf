// Package odoo says what the Odoo hosts of a deployment look like: odoo.conf, the
// service, and databases that are set up. The tasks are named odoo.conf,
// odoo.database and odoo.service.
//
// What differs between Odoo 10 and 19 in odoo.conf is in the table of package
// conf.
package odoo

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// The unit, the configuration and the program of the packages of Debian and
// nightly.odoo.com, which share one layout since Odoo 11.
const (
	Unit    = "odoo.service"
	Config  = "/etc/odoo/odoo.conf"
	Program = "/usr/bin/odoo"
)

// Major returns the major version of a deployment's Odoo on the host that h
// pictures: the inventory's, which has to agree with the host, or the host's.
func Major(h *tasks.Host, d *inventory.Deployment) (int, error) {
	f, err := h.Facts()
	if err != nil {
		return 0, err
	}
	if d.Odoo.Source() != nil {
		return d.Odoo.Major(), nil // what comes is compared when it is there
	}
	major, _, _ := strings.Cut(Packaged(f), ".")
	installed, _ := strconv.Atoi(major)
	switch want := d.Odoo.Major(); {
	case awaited(h, d):
		return want, nil
	case installed == 0:
		return 0, fmt.Errorf("%s: Odoo is not installed on %s: there is no package odoo; install it and apply again",
			d.Odoo.Pos, h.Name)
	case want != 0 && want != installed:
		return 0, fmt.Errorf("%s: the inventory says Odoo %s, %s has %s: correct version in the inventory, or install the other Odoo", d.Odoo.Pos, d.Odoo.Version, h.Name, Packaged(f))
	}
	return installed, nil
}
