package tasks_test

import (
	"fmt"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// issue keeps a long file that is the same everywhere.
type issue struct{}

func (issue) Plan(h *tasks.Host) error {
	h.File("/etc/issue.net").SetText(strings.Repeat("Behave.\n", 40))
	return nil
}

// plansOf plans tasks on fresh hosts.
func plansOf(t *testing.T, hosts string, list ...tasks.Task) (plans []*tasks.Plan) {
	t.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {"+hosts+"}\n"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stage := tasks.Stage{Name: "all", Hosts: inv.Hosts}
	for _, task := range list {
		stage.Tasks = append(stage.Tasks, tasks.NamedTask{Name: "test", Task: task})
	}
	fleet := tasktest.Read(t, inv, []tasks.Stage{stage})
	for _, h := range inv.Hosts {
		plans = append(plans, fleet.Host(h.Name).Plan(0, 0))
	}
	return plans
}

func written(plans []*tasks.Plan, s tasks.Style) string {
	var b strings.Builder
	tasks.WritePlans(&b, plans, s)
	return b.String()
}

// TestPlansAlike: the same plan is written once for all its hosts; one that differs, if only
// in a diff, by itself.
func TestPlansAlike(t *testing.T) {
	plans := plansOf(t, "app[1:3]: {}, db1: {}", issue{})
	plans = append(plans[:3], plansOf(t, "db1: {}", greeting{})...)
	for _, p := range plans[:3] {
		p.Actions = []tasks.Action{{Unit: "odoo.service", Verb: "restart", Why: []string{"odoo.conf changed"}}}
	}
	want := `app[1:3]: 2 changes on each of 3 hosts
  + file /etc/issue.net: 0644, root:root
  ! restart odoo.service: odoo.conf changed

db1: 1 change
  + file /etc/motd: 0644, root:root

plan: 7 changes on 4 of 5 hosts; 1 host could not be planned
  4 files, 3 restarts of odoo.service
`
	if got := written(plans, tasks.Style{Failed: 1}); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	diffs := written(plansOf(t, "app[1:3]: {}", greeting{}), tasks.Style{Diffs: true})
	for _, want := range []string{"app1: 1 change\n", "+This is app1.\n", "app3: 1 change\n", "+This is app3.\n"} {
		if !strings.Contains(diffs, want) {
			t.Errorf("%q is not in:\n%s", want, diffs)
		}
	}
}

// TestPlansFitAScreen: those of 1,000 hosts do, and --full has all.
func TestPlansFitAScreen(t *testing.T) {
	plans := plansOf(t, "h[1:990]: {}", greeting{}, issue{})
	for _, p := range plans {
		p.Gates = []tasks.Gate{{Title: "the login page of " + p.Host}}
	}
	for i := range 10 {
		plans = append(plans, &tasks.Plan{Host: fmt.Sprintf("odd%d", i), Commands: make([]tasks.Command, i+1)})
	}
	short, full := written(plans, tasks.Style{Diffs: true}), written(plans, tasks.Style{Diffs: true, Full: true})
	if n := strings.Count(short, "\n"); n > 90 {
		t.Errorf("it has %d lines:\n%s", n, short)
	}
	for _, want := range []string{
		"h[1:990]: 2 changes on each of 990 hosts; the details are those of h1 and differ: --full shows all\n",
		"+This is h1.\n",
		"... 35 more lines: --full shows them\n",
		"... and 1 host with other changes: --full shows them\n",
		"plan: 2035 changes on 1000 of 1000 hosts\n  1980 files, 55 commands\n",
	} {
		if !strings.Contains(short, want) {
			t.Errorf("%q is not in:\n%s", want, short)
		}
	}
	for _, want := range []string{"+This is h990.\n", "odd9: 10 changes\n"} {
		if strings.Contains(short, want) || !strings.Contains(full, want) {
			t.Errorf("%q is to be in the full text alone", want)
		}
	}
	if n := strings.Count(full, "+Behave.\n"); n != 990*40 {
		t.Errorf("the full text has %d lines of diffs", n)
	}
}
