package odoo_test

import (
	"testing"

	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/tasktest"
)

// explaining warns of each line of odoo.conf, so that goldens have what is said of it.
type explaining struct{}

func (explaining) Plan(h *tasks.Host) error {
	for _, i := range odoo.Instances(h) {
		list, err := i.Explain(h)
		if err != nil {
			return err
		}
		for _, e := range list {
			if e.Reason.Key == "" {
				h.Warn("%d: nothing says why", e.Line)
			}
			h.Warn("%d: %s = %s (Odoo: %s): %s %s: %s", e.Line, e.Option, e.Value, e.Default, e.Reason.Pos, e.Reason.Key,
				e.Reason.Text)
		}
	}
	return nil
}

func TestExplain(t *testing.T) {
	tasks.Register("test.explaining", "explain odoo.conf", func() tasks.Task { return explaining{} })
	tasktest.Run(t, "testdata/explain/*.txtar", tasktest.Stage("odoo", "odoo.install", "odoo.account", "odoo.conf",
		"test.explaining"))
}
