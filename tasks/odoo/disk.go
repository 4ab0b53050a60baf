package odoo

import (
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
)

// packaged is the folder of modules of the packages of Debian and nightly.odoo.com.
const packaged = "/usr/lib/python3/dist-packages/odoo/addons"

// AddonsPaths returns the folders of a deployment's modules in the order in which Odoo
// searches them (odoo/modules/module.py, initialize_sys_path).
func AddonsPaths(d *inventory.Deployment) []string {
	if d.Odoo.Source() != nil {
		return append(append([]string{sourceOf(d) + "/odoo/addons"}, d.Odoo.AddonsPath...), sourceOf(d)+"/addons")
	}
	return append([]string{packaged}, d.Odoo.AddonsPath...)
}

// DataOf returns the folder of the deployment's attachments, on a host that runs its
// Odoo or has mounted it at the same path.
func DataOf(h *tasks.Host, d *inventory.Deployment) string {
	if slices.Contains(h.OdooOf(), d) {
		return InstanceOf(h, d).Data()
	}
	return Instance{Deployment: d, Home: "/var/lib/odoo"}.Data()
}
