package nginx_test

import (
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/tasktest"
)

// TestDrain drains or restores the hosts of the inventory's groups drain-HOST,
// down-HOST and up-HOST. An inventory without such groups makes the sites.
func TestDrain(t *testing.T) {
	tasktest.Run(t, "testdata/drain/*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		stages, err := tasktest.Stage("nginx", "nginx.certificate", "nginx.site", "nginx.service")(inv, limit)
		if err != nil || len(inv.Groups) == 0 {
			return stages, err
		}
		stages[0].Tasks = stages[0].Tasks[2:]
		for _, g := range inv.Groups {
			state, host, _ := strings.Cut(g.Name, "-")
			if state == "up" {
				state = ""
			}
			drain := tasks.NamedTask{Name: "nginx.drain",
				Task: &nginx.Drain{Deployment: inv.Deployments[0].Name, Host: host, State: site.State(state)}}
			stages[0].Tasks = append([]tasks.NamedTask{drain}, stages[0].Tasks...)
		}
		return stages, nil
	})
}

func TestDrainValidates(t *testing.T) {
	if err := (&nginx.Drain{State: "weight=5"}).Validate(); err == nil ||
		!strings.Contains(err.Error(), "want drain, down or spare") {
		t.Errorf("%v, want that the state is refused", err)
	}
}
