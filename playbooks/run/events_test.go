package run

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/playbooks/journal"
)

// EventLine is what package report makes of an event for programs, once it was found to be as its
// schema says.
var EventLine func(t *testing.T, e Event, now time.Time) string

// TestEvents: what is told of a run is, line by line, as the schema says. It has all that the
// journal has, in its order, and the beginning and the end of each step, without secrets.
func TestEvents(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	d.away["db2"] = true
	d.meddle = refuses("app1")
	var mu sync.Mutex
	var told []Event
	var lines strings.Builder
	d.options = func(o *Options) {
		o.Event = func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, e)
			lines.WriteString(EventLine(t, e, time.Unix(1, 0)))
		}
	}
	if _, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp)); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"correct-horse", "battery-staple"} {
		if strings.Contains(lines.String(), secret) {
			t.Errorf("%s is told of", secret)
		}
	}
	open, first, last := map[string]bool{}, map[string]int{}, map[string]int{}
	var kept []string
	for i, e := range told {
		step := e.Host + " " + e.Step
		switch e.Type {
		case journal.StepBegun:
			open[step] = true
		case journal.StepEnded:
			if !open[step] {
				t.Errorf("%s ends, and did not begin", step)
			}
			delete(open, step)
		case journal.ReadBegun, journal.HostRead, journal.Said:
		default:
			kept = append(kept, fmt.Sprint(e.Type, " ", e.Host))
		}
		if _, seen := first[string(e.Type)]; !seen {
			first[string(e.Type)] = i
		}
		last[string(e.Type)] = i
	}
	if len(open) > 0 {
		t.Errorf("these do not end: %v", open)
	}
	if first["read_begun"] != 0 || last["host_read"] > first["run_begun"] || last["run_ended"] != len(told)-1 {
		t.Errorf("the order is\n%s", lines.String())
	}
	var want []string
	for _, e := range d.find(journal.Last).Entries {
		want = append(want, fmt.Sprint(e.Type, " ", e.Host))
	}
	slices.Sort(kept) // hosts go their ways side by side
	slices.Sort(want)
	if !slices.Equal(kept, want) {
		t.Errorf("told of\n%q\nthe journal has\n%q", kept, want)
	}
}

// TestEventsWithoutAJournal: they are told even where no journal is kept.
func TestEventsWithoutAJournal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "app1")
	var mu sync.Mutex
	var told []string
	d.options = func(o *Options) {
		o.Runs = ""
		o.Event = func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Type != journal.StepBegun && e.Type != journal.StepEnded {
				told = append(told, string(e.Type))
			}
		}
	}
	book := played(t, "- {name: all, hosts: all, tasks: [test.file: {path: /etc/x, text: y}]}")
	if _, err := d.apply(t.Context(), parsed(t, "hosts: {app1: {}}"), book); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(told, " "); got != "read_begun host_read run_begun host_planned transaction_begun "+
		"transaction_ended host_ended run_ended" {
		t.Error(got)
	}
}
