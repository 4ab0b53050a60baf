package postgresql

import (
	"fmt"
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks/postgresql/setting"
)

// CheckAll checks what a server would refuse, without connecting to a host: settings of every
// deployment that says which PostgreSQL it has, and roles that need a password.
func CheckAll(inv *inventory.Inventory) (errs []inventory.Error) {
	add := func(at inventory.Pos, format string, args ...any) {
		errs = append(errs, inventory.Error{Pos: at, Msg: fmt.Sprintf(format, args...)})
	}
	for _, d := range inv.Deployments {
		p := d.PostgreSQL
		if p == nil {
			continue
		}
		if p.Access != inventory.AccessLocal && p.Role.Password.IsZero() {
			add(p.Role.Pos, "the role %s needs a password: Odoo reaches PostgreSQL over the network", p.Role.Name)
		}
		major, err := strconv.Atoi(p.Version)
		if err != nil {
			continue // none, or 9.6
		}
		for _, s := range p.Settings {
			if err := setting.Check(major, s.Name, s.Value.Text); err != nil {
				add(s.Pos, "%v", err)
			}
		}
	}
	return errs
}
