package run

import (
	"strings"
	"testing"
)

// TestRollbackRunIsForOneIsland: where one of two deployments failed, a run that puts
// back all of itself would put back the other, too.
func TestRollbackRunIsForOneIsland(t *testing.T) {
	t.Parallel()
	inv := parsed(t, `
hosts: {app1: {}, app2: {}}
deployments:
  one: {odoo: {hosts: [app1]}}
  two: {odoo: {hosts: [app2]}}
`)
	book := played(t, "- {name: play, hosts: odoo, rolling: {on_failure: rollback-run}, tasks: [test.file: {path: "+
		"/etc/app.conf, text: \"a\\n\"}]}\n")
	d := newDesk(t, "app1", "app2")
	_, err := d.apply(t.Context(), inv, book)
	if err == nil || !strings.Contains(err.Error(), "the hosts around app1 and those around app2 share no deployment: "+
		"update one deployment after the other") {
		t.Errorf("both at once: %v", err)
	}
	if text := d.text("app1", "/etc/app.conf"); text != "" {
		t.Errorf("app1 was touched: %q", text)
	}
	d.options = func(o *Options) { o.Limit = "one" }
	if report, err := d.apply(t.Context(), inv, book); err != nil || states(report) != "app1 changed" {
		t.Errorf("one alone: %v", err)
	}
	d.options = nil
	if report, err := d.apply(t.Context(), inv, book); err != nil || report.Exit() != 0 {
		t.Errorf("where one has nothing to do: %v", err)
	}
}
