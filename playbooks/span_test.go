package playbooks

import (
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

func TestSpan(t *testing.T) {
	tasktest.Run(t, "testdata/span_*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		s, err := ParseSpan(inv, "app1:15432=db1:5432")
		if err != nil {
			return nil, err
		}
		return OpenSpan(s, time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)).Stages(inv, limit, "")
	})
}
