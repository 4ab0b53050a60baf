package odoo_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/tasktest"
)

// TestSpare starts the spare of the first deployment, or ends it if the inventory has a
// group off. With a group same it is one of odoo.conf as it is. An inventory without groups
// makes the services.
func TestSpare(t *testing.T) {
	tasktest.Run(t, "testdata/spare/*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		stages, err := tasktest.Stage("odoo", "odoo.conf", "odoo.service")(inv, limit)
		if err != nil || len(inv.Groups) == 0 {
			return stages, err
		}
		is := inv.Groups[0].Name
		task := &odoo.Spare{Deployment: inv.Deployments[0].Name, Off: is == "off", Same: is == "same"}
		stages[0].Tasks = []tasks.NamedTask{{Name: "odoo.spare", Task: task}}
		return stages, nil
	})
}
