package tunnel_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// TestRotate: the playbook tunnel-keys. It was also used to bring the hosts to the
// inventory, so that they have an older key.
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
