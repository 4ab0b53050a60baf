package odoo

import (
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
)

// packaged is where the modules of the package of Debian and of nightly.odoo.com
// stand.
const packaged = "/usr/lib/python3/dist-packages/odoo/addons"

// AddonsPaths returns the folders of a deployment's modules in the order in which
// Odoo looks for them (odoo/modules/module.py, initialize_sys_path).
func AddonsPaths(d *inventory.Deployment) []string {
	if d.Odoo.Source() != nil {
		return append(append([]string{sourceOf(d) + "/odoo/addons"}, d.Odoo.AddonsPath...), sourceOf(d)+"/addons")
	}
	return append([]string{packaged}, d.Odoo.AddonsPath...)
}

// DataOf returns where the deployment's Odoo keeps attachments, on a host that it
// runs on or that has mounted them at the same place.
func DataOf(h *tasks.Host, d *inventory.Deployment) string {
	if slices.Contains(h.OdooOf(), d) {
		return InstanceOf(h, d).Data()
	}
	return Instance{Deployment: d, Home: "/var/lib/odoo"}.Data()
}
