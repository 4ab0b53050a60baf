package odoo_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	_ "odooctl/tasks/postgresql"
	"odooctl/tasks/tasktest"
)

// TestReach plans the database before those who need it, as the playbook does.
func TestReach(t *testing.T) {
	tasktest.Run(t, "testdata/reach/*.txtar",
		func(inv *inventory.Inventory, limit string) (stages []tasks.Stage, err error) {
			for _, s := range []tasktest.Stages{
				tasktest.Stage("postgresql", "postgresql.settings", "postgresql.access", "postgresql.role",
					"postgresql.database", "odoo.connections"),
				tasktest.Stage("odoo", "odoo.conf", "odoo.reach"),
			} {
				list, err := s(inv, limit)
				if err != nil {
					return nil, err
				}
				stages = append(stages, list...)
			}
			return stages, nil
		})
}
