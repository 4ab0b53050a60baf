package main

import (
	"strings"
	"testing"

	"odooctl/playbooks/run"
)

// TestUndosAlike: what a rollback does on several hosts in the same way is shown once.
func TestUndosAlike(t *testing.T) {
	restart := []string{"  ! restart odoo.service"}
	var out strings.Builder
	(&ui{out: &out}).showUndos("r1", []*run.Undo{
		{Host: "app1", Does: restart}, {Host: "app2", Does: restart, Edited: []string{"/etc/odoo/odoo.conf"}},
		{Host: "app3", Does: restart}, {Host: "app4", Does: restart}, {Host: "app5", Does: restart},
		{Host: "db1", Does: restart, Commands: []string{"set up database shop"}},
	})
	const want = `app1, app[3:5]: rolling back r1:
  ! restart odoo.service
app2: rolling back r1:
  ! restart odoo.service
  E /etc/odoo/odoo.conf was edited since: nothing is rolled back there; roll back the runs after it first, or undo the edit
db1: rolling back r1:
  ! restart odoo.service
  ? set up database shop: cannot be undone and stays
`
	if out.String() != want {
		t.Errorf("it shows\n%s\nwant\n%s", out.String(), want)
	}
}
