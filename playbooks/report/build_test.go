package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report/schematest"
	"odooctl/playbooks/run"
	"odooctl/remote"
	"odooctl/tasks"
)

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
	valid(t, "plan", &PlanDocument{Version: documentVersion, Hosts: []PlanOfHost{full}, Totals: totals,
		Interruptions: []InterruptionOf{}, Rolling: []BudgetOf{}})
	if full.Reversible || totals != (PlanTotals{Hosts: 1, Changing: 1, Commands: 1, Actions: 1}) ||
		full.Checks[0].Title != "nginx -t" || full.Waits[0].Why != "first" {
		t.Errorf("%+v %+v", full, totals)
	}
	empty := PlanOfHost{}
	empty.plan(&tasks.Plan{})
	if data, _ := json.Marshal(empty); strings.Contains(string(data), "null") {
		t.Errorf("%s", data)
	}
}

func TestReportDocument(t *testing.T) {
	r := &run.Report{Run: "r", Outcomes: []run.Outcome{
		{Host: "a", State: journal.Changed, Changes: 3, Took: 1234567 * time.Microsecond},
		{Host: "b", State: journal.Unreachable, Err: &remote.Error{Kind: remote.HostKeyChanged}},
		{Host: "c", State: journal.PutBack, Err: errors.New("nginx -t")},
		{Host: "d", State: journal.Skipped},
	}}
	d := NewReportDocument(r)
	valid(t, "report", d)
	if d.Hosts[0].Seconds != 1.235 || d.Hosts[1].Error.Kind != "host key changed" || d.Hosts[2].Error.Kind != "put back" ||
		d.Exit != 5 || d.Totals != (ReportTotals{4, 3, 3}) {
		t.Errorf("%+v", d)
	}
}

// TestEventStream: the first line of a stream of events is as the schema says, and the schema
// refuses what no event is.
func TestEventStream(t *testing.T) {
	first := NewEventStream("1.0", time.Unix(1, 0))
	valid(t, "events", first)
	line, err := Line(first)
	if want := `{"stream":1,"time":"1970-01-01T00:00:01Z","type":"stream_begun","version":"1.0"}` + "\n"; err != nil ||
		string(line) != want {
		t.Errorf("%s%v", line, err)
	}
	for _, bad := range []string{`{"type":"host_ended"}`, `{"time":"1970-01-01T00:00:01Z","type":"host_danced"}`,
		`{"time":"1970-01-01T00:00:01Z","type":"said","word":"x"}`} {
		if schematest.Validate(t, schema(t, "events"), []byte(bad)) == nil {
			t.Errorf("the schema lets %s pass", bad)
		}
	}
}
