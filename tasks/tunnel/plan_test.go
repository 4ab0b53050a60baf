package tunnel_test

import (
	"fmt"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	_ "odooctl/tasks/odoo"
	_ "odooctl/tasks/postgresql"
	"odooctl/tasks/tasktest"
)

// TestPlans runs the plays of the embedded playbook that involve tunnels.
func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		return stages(inv, limit,
			tasktest.Stage("postgresql", "postgresql.settings", "postgresql.access", "postgresql.role",
				"tunnel.server"),
			tasktest.Stage("odoo", "odoo.tunnel", "odoo.conf"),
			tasktest.Stage("all", "tunnel.ended"),
			tasktest.Stage("all", "postgresql.close", "tunnel.server"),
		)
	})
}

// stages joins plays of one stage each.
func stages(inv *inventory.Inventory, limit string, plays ...tasktest.Stages) (all []tasks.Stage, err error) {
	for i, play := range plays {
		stage, err := play(inv, limit)
		if err != nil {
			return nil, err
		}
		stage[0].Name = fmt.Sprint(i, " ", stage[0].Name)
		all = append(all, stage...)
	}
	return all, nil
}
