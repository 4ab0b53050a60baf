package nginx_test

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/tasktest"
)

// TestMaintenance closes the first deployment if the inventory has a group closed, and
// opens it if it has a group open. An inventory without such groups makes the sites.
func TestMaintenance(t *testing.T) {
	tasktest.Run(t, "testdata/maintenance/*.txtar",
		func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
			stages, err := tasktest.Stage("nginx", "nginx.certificate", "nginx.site", "nginx.service")(inv, limit)
			if err != nil || len(inv.Groups) == 0 {
				return stages, err
			}
			task := &nginx.Maintenance{Deployment: inv.Deployments[0].Name, Off: inv.Groups[0].Name == "open"}
			stages[0].Tasks = append([]tasks.NamedTask{{Name: "nginx.maintenance", Task: task}}, stages[0].Tasks[2:]...)
			return stages, nil
		})
}
