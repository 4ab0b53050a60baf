package postgresql_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	_ "odooctl/tasks/postgresql"
	"odooctl/tasks/tasktest"
)

func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("postgresql", "postgresql.install", "postgresql.settings",
		"postgresql.access", "postgresql.role", "postgresql.database"))
}

// TestLeft: hosts and clusters that no deployment uses any more.
func TestLeft(t *testing.T) {
	serving, others := tasktest.Stage("postgresql", "postgresql.access"), tasktest.Stage("all", "postgresql.left")
	tasktest.Run(t, "testdata/left/*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		first, err := serving(inv, limit)
		if err != nil {
			return nil, err
		}
		second, err := others(inv, limit)
		return append(first, second...), err
	})
}
