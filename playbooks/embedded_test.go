package playbooks

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// TestEmbedded plans the playbooks that work on a fleet that runs.
func TestEmbedded(t *testing.T) {
	for _, name := range []string{"module-update", "package-upgrade", "reboot"} {
		t.Run(name, func(t *testing.T) {
			book, err := Embedded(name)
			if err != nil {
				t.Fatal(err)
			}
			site, err := Embedded("site")
			if err != nil {
				t.Fatal(err)
			}
			tasktest.Run(t, "testdata/"+name+"_*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
				if len(inv.Groups) == 0 { // the hosts as they were brought up
					return site.Stages(inv, limit, "")
				}
				return book.Stages(inv, limit, "")
			})
		})
	}
}
