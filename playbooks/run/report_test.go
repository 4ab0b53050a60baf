package run_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/report/schematest"
	"odooctl/playbooks/run"
)

func init() {
	run.Documents = func(r *run.Run, rep *run.Report) []any {
		return []any{report.NewPlanDocument(r, nil), report.NewStatusDocument(r), report.NewReportDocument(rep)}
	}
	run.EventLine = func(t *testing.T, e run.Event, now time.Time) string {
		document := report.NewEvent(e, now)
		valid(t, "events", document)
		line, err := report.Line(document)
		if err != nil {
			t.Error(err)
		}
		return string(line)
	}
	run.Tell = func(inv *inventory.Inventory, client *http.Client, event func(run.Event)) func(context.Context,
		*run.Report) {
		n := &report.Notifier{
			Inventory: inv, HTTP: client, Event: event,
			Sleep: func(context.Context, time.Duration) error { return nil },
		}
		return n.Tell
	}
}

func valid(t *testing.T, name string, document any) {
	t.Helper()
	schema, err := report.Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	schematest.Valid(t, schema, document)
}

// TestUpdated: a host on which nothing was made is not called updated.
func TestUpdated(t *testing.T) {
	rep := run.Report{Outcomes: []run.Outcome{
		{Host: "app1", State: journal.Changed, Changes: 2}, {Host: "web1", State: journal.Changed},
		{Host: "db1", State: journal.Unchanged},
	}}
	var said []string
	for _, g := range rep.Groups() {
		said = append(said, g.Fate+" "+strings.Join(g.Hosts, " "))
	}
	if got, want := strings.Join(said, ", "), "updated app1, unchanged web1 db1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestPlanDocument: what the document says of hosts with changes of all sorts, of
// one that fails and of one that is away.
func TestPlanDocument(t *testing.T) {
	r, file := run.ReadWithFailures(t)
	d := report.NewPlanDocument(r, file)
	valid(t, "plan", d)
	valid(t, "status", report.NewStatusDocument(r))
	db1, app1, db2, app2 := d.Hosts[0], d.Hosts[1], d.Hosts[2], d.Hosts[3]
	c := db1.Changes[0]
	if c.Kind != "file" || c.Name != "/etc/db.conf" || c.Action != "update" || c.Before.Mode != "0644" ||
		c.After.Mode != "0600" || !strings.Contains(c.Diff, "+port = 5432") {
		t.Errorf("%+v", c)
	}
	if c := app1.Changes[0]; c.Action != "create" || c.Before != nil || db1.Digest != file.Hosts[0].Digest ||
		!db1.Reversible {
		t.Errorf("%+v", c)
	}
	if db2.Error == nil || db2.Error.Kind != "task" || app2.Error == nil || app2.Error.Kind != "unreachable" {
		t.Errorf("%+v %+v", db2.Error, app2.Error)
	}
	if want := (report.PlanTotals{Hosts: 4, Changing: 2, Failed: 2, Create: 1, Update: 1}); d.Totals != want || d.NoOp {
		t.Errorf("%+v, want %+v; no op %v", d.Totals, want, d.NoOp)
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"battery-staple", "old-password", "correct-horse"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the document holds %s", secret)
		}
	}
}

// TestNoOp: a second plan says so.
func TestNoOp(t *testing.T) {
	d := report.NewPlanDocument(run.ReadApplied(t), nil)
	valid(t, "plan", d)
	if !d.NoOp || d.Totals.Changing != 0 {
		t.Errorf("%+v", d)
	}
}
