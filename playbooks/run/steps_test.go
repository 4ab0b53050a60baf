package run

import (
	"slices"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
)

func TestSteps(t *testing.T) {
	t.Parallel()
	list, rest := steps("note: a\ntimed: 5 1205 restart odoo.service\ntimed: x 1 y\nput back\ntimed: 3")
	want := []journal.Step{{What: "restart odoo.service", From: 5, Took: 1200}}
	if !slices.Equal(list, want) || rest != "note: a\nput back\n" {
		t.Errorf("%v, %q", list, rest)
	}
}

// TestTimelineOfRun: what a host tells of its steps is in the journal of a run, in
// their order, and in no report of a failure.
func TestTimelineOfRun(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "app1")
	book := played(t, "- {name: runs, hosts: all, rolling: {batches: 1}, tasks: [command: {run: sleep 0.2, always: "+
		"true}, command: {run: exit 3, always: true}], gates: [command: 'true']}")
	report, err := d.apply(t.Context(), parsed(t, "hosts: {app1: {}}"), book)
	if err != nil || states(report) != "app1 put back" || strings.Contains(report.Outcomes[0].Err.Error(), timedMark) {
		t.Fatalf("%v: %v", err, report.Outcomes)
	}
	var seen []string
	for _, m := range d.find(journal.Last).Timeline() {
		switch {
		case !m.Step: // the desk's clock and the host's are not the same
			seen = append(seen, m.What)
		case m.What != "sleep 0.2" || m.Took < 200*time.Millisecond:
			t.Errorf("%s took %s", m.What, m.Took)
		default:
			seen = append([]string{m.What}, seen...)
		}
	}
	if got := strings.Join(seen, ", "); got != "sleep 0.2, runs, batch 1 of 1: app1, runs: put back, runs, batch 1 of 1 "+
		"ended: runs stopped in batch 1 of 1: 1 host failed (app1), and max_failures is 1" {
		t.Error(got)
	}
}
