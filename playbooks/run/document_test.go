package run

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// TestPlanDocument: what the document says of hosts with changes of all sorts, of
// one that fails and of one that is away.
func TestPlanDocument(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	f.away["app2"] = true
	f.write("db1", "/etc/db.conf", "port = 1\npassword = old-password\n")
	run := f.read(parsed(t, twoDeployments), played(t, dbThenApp+`
- {name: fails, hosts: db2, tasks: [test.file: {path: /etc/x, text: fail}]}
`))
	file, err := run.PlanFile("1.0", "me@here")
	if err != nil {
		t.Fatal(err)
	}
	d := run.Document(file)
	valid(t, "plan", d)
	valid(t, "status", run.StatusDocument())
	db1, app1, db2, app2 := d.Hosts[0], d.Hosts[1], d.Hosts[2], d.Hosts[3]
	c := db1.Changes[0]
	if c.Kind != "file" || c.Name != "/etc/db.conf" || c.Action != "update" || c.Before.Mode != "0644" || c.After.Mode != "0600" || !strings.Contains(c.Diff, "+port = 5432") {
		t.Errorf("%+v", c)
	}
	if c := app1.Changes[0]; c.Action != "create" || c.Before != nil || db1.Digest != file.Hosts[0].Digest || !db1.Reversible {
		t.Errorf("%+v", c)
	}
	if db2.Error == nil || db2.Error.Kind != "task" || app2.Error == nil || app2.Error.Kind != "unreachable" {
		t.Errorf("%+v %+v", db2.Error, app2.Error)
	}
	if want := (PlanTotals{Hosts: 4, Changing: 2, Failed: 2, Create: 1, Update: 1}); d.Totals != want || d.NoOp {
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

// TestPlanOfHost: every list of a plan is in the document, and an empty one is no
// null.
func TestPlanOfHost(t *testing.T) {
	full := PlanOfHost{Host: "h", State: journal.Unchanged}
	full.plan(&tasks.Plan{
		Commands: []tasks.Command{{Title: "set up"}}, Checks: []tasks.Check{{Unit: "u", Title: "nginx -t"}},
		Actions:  []tasks.Action{{Unit: "u", Verb: "reload"}},
		Warnings: []string{"w"}, Unknown: []string{"k"}, Waits: []tasks.Wait{{Host: "db1", Why: "first"}},
	})
	var totals PlanTotals
	totals.add(full)
	valid(t, "plan", &PlanDocument{Version: documentVersion, Hosts: []PlanOfHost{full}, Totals: totals})
	if full.Reversible || totals != (PlanTotals{Hosts: 1, Changing: 1, Commands: 1, Actions: 1}) || full.Checks[0].Title != "nginx -t" || full.Waits[0].Why != "first" {
		t.Errorf("%+v %+v", full, totals)
	}
	empty := PlanOfHost{}
	empty.plan(&tasks.Plan{})
	if data, _ := json.Marshal(empty); strings.Contains(string(data), "null") {
		t.Errorf("%s", data)
	}
}

func TestReportDocument(t *testing.T) {
	r := &Report{Run: "r", Outcomes: []Outcome{
		{Host: "a", State: journal.Changed, Changes: 3, Took: 1234567 * time.Microsecond},
		{Host: "b", State: journal.Unreachable, Err: &remote.Error{Kind: remote.HostKeyChanged}},
		{Host: "c", State: journal.Restored, Err: errors.New("nginx -t")},
		{Host: "d", State: journal.Skipped},
	}}
	d := r.Document()
	valid(t, "report", d)
	if d.Hosts[0].Seconds != 1.235 || d.Hosts[1].Error.Kind != "host key changed" || d.Hosts[2].Error.Kind != "put back" || d.Exit != 5 || d.Totals != (ReportTotals{4, 3, 3}) {
		t.Errorf("%+v", d)
	}
}

// TestNoOp: a second plan says so.
func TestNoOp(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	f.apply(p, dbThenApp)
	d := f.read(parsed(t, twoDeployments), played(t, dbThenApp)).Document(nil)
	valid(t, "plan", d)
	if !d.NoOp || d.Totals.Changing != 0 {
		t.Errorf("%+v", d)
	}
}
