package playbooks

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

func TestSite(t *testing.T) {
	book, err := Embedded("site")
	if err != nil {
		t.Fatal(err)
	}
	tasktest.Run(t, "testdata/site_*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		return book.Stages(inv, limit, "")
	})
}
