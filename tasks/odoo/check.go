package odoo

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks/odoo/conf"
)

// CheckOptions checks the options of every deployment that says which Odoo it has, without
// connecting to a host: their names, and values that are no secrets.
func CheckOptions(inv *inventory.Inventory) (errs []inventory.Error) {
	for _, d := range inv.Deployments {
		if d.Odoo == nil || d.Odoo.Major() == 0 {
			continue
		}
		major := d.Odoo.Major()
		check := func(opt inventory.Option, s conf.Setting) {
			s.Name = opt.Name
			known := opt.Secret.IsZero()
			if known {
				s.Value, _ = valueOf(opt)
			}
			if err := conf.Check(major, s, known); err != nil {
				errs = append(errs, inventory.Error{Pos: opt.Pos, Msg: fmt.Sprintf("option %s: %v", opt.Name, err)})
			}
		}
		for _, opt := range d.Odoo.Options {
			check(opt, conf.Setting{})
		}
		for _, opt := range d.Odoo.ModuleOptions {
			check(opt, conf.Setting{Module: true})
		}
		for _, s := range d.Odoo.Sections {
			for _, opt := range s.Options {
				check(opt, conf.Setting{Module: true, Section: s.Name})
			}
		}
	}
	return errs
}
