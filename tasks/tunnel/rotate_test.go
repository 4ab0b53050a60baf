package tunnel_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// TestRotate: the playbook tunnel-keys. The hosts were brought to the inventory by
// it too, so that they have a key of an earlier day.
func TestRotate(t *testing.T) {
	tasktest.Run(t, "testdata/rotate/*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		return stages(inv, limit,
			tasktest.Stage("postgresql", "postgresql.access", "postgresql.role", "tunnel.server"),
			tasktest.Stage("odoo", "tunnel.rotate", "odoo.tunnel", "odoo.conf"),
			tasktest.Stage("odoo", "tunnel.ended"),
			tasktest.Stage("postgresql", "tunnel.server"),
		)
	})
}
