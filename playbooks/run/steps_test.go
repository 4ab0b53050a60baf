package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/remote"
)

func TestFollower(t *testing.T) {
	t.Parallel()
	var told []string
	s := &session{inv: parsed(t, "hosts: {app1: {}}"), opts: Options{Now: time.Now, Event: func(e Event) {
		told = append(told, fmt.Sprintf("%s %s %d/%d %d", e.Type, e.Step, e.Number, e.Total, e.Took))
	}}}
	const out = "note: a\ndoing: 5 1/2 preparing files\ndoing: x 1/1 y\ndoing: 9\n" +
		"doing: 10 2/2 restarting odoo.service\nfailed: b\n" +
		"doing: 1210 0/0 putting everything back\nover: 1300\nput back\nover: x\n"
	f := s.follow("app1", "sending 1 change")
	f.done(out)
	want := []journal.Step{{What: "preparing files", From: 5, Took: 5},
		{What: "restarting odoo.service", From: 10, Took: 1200}, {What: "putting everything back", From: 1210, Took: 90}}
	if rest := unstepped(out); !slices.Equal(f.steps, want) || rest != "note: a\nfailed: b\nput back\n" {
		t.Errorf("%v, %q", f.steps, rest)
	}
	wantTold := []string{
		"step_begun sending 1 change 0/0 0", "step_ended sending 1 change 0/0 0", "step_begun preparing files 1/2 0",
		"step_ended preparing files 0/0 5", "step_begun restarting odoo.service 2/2 0",
		"step_ended restarting odoo.service 0/0 1200", "step_begun putting everything back 0/0 0",
		"step_ended putting everything back 0/0 90",
	}
	if !slices.Equal(told, wantTold) {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
}

// TestFollowerBounds: a host that tells of steps without end is heard for a while, and no longer.
func TestFollowerBounds(t *testing.T) {
	t.Parallel()
	told := 0
	s := &session{inv: parsed(t, "hosts: {app1: {}}"), opts: Options{Now: time.Now, Event: func(e Event) {
		if told++; len(e.Step) > maxWords || !utf8.ValidString(e.Step) {
			t.Errorf("%d bytes: %q", len(e.Step), e.Step)
		}
	}}}
	f := s.follow("app1", "applying 1 change")
	for range 10 * maxSteps {
		f.line("doing: 1 1/1 " + strings.Repeat("ä", maxWords))
	}
	if f.done(""); len(f.steps) != maxSteps || told != 2+2*maxSteps {
		t.Errorf("%d steps, told %d times", len(f.steps), told)
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
	if err != nil || states(report) != "app1 put back" || strings.Contains(report.Outcomes[0].Err.Error(), doingMark) {
		t.Fatalf("%v: %v", err, report.Outcomes)
	}
	var steps, moments []string
	for _, m := range d.find(journal.Last).Timeline() {
		if !m.Step { // the desk's clock and the host's are not the same
			moments = append(moments, m.What)
			continue
		}
		if m.What == "running: sleep 0.2" && m.Took < 200*time.Millisecond {
			t.Errorf("%s took %s", m.What, m.Took)
		}
		steps = append(steps, m.What)
	}
	if got := strings.Join(steps, ", "); got != "running: sleep 0.2, running: exit 3, putting everything back" {
		t.Error(got)
	}
	if got := strings.Join(moments, ", "); got != "runs, batch 1 of 1: app1, runs: put back, runs, batch 1 of 1 "+
		"ended: runs stopped in batch 1 of 1: 1 host failed (app1), and max_failures is 1" {
		t.Error(got)
	}
}

// TestStepsAsTheyHappen: the steps of a real shell are told while its script runs, in one channel,
// and there are as many as the first of them says.
func TestStepsAsTheyHappen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "app1")
	var mu sync.Mutex
	var told []Event
	seen := make(chan struct{})
	d.options = func(o *Options) {
		o.Event = func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			if told = append(told, e); e.Type == journal.StepBegun && strings.HasPrefix(e.Step, "running: ") {
				close(seen)
			}
		}
		desk := o.Connect
		o.Connect = func(ctx context.Context, h *inventory.Host) (connect.Shell, error) {
			sh, err := desk(ctx, h)
			return slowly{sh, seen}, err
		}
	}
	book := played(t, "- {name: runs, hosts: all, tasks: [test.file: {path: /etc/x, text: y}, command: {run: 'true', "+
		"always: true}], gates: [command: 'true']}")
	if report, err := d.apply(t.Context(), parsed(t, "hosts: {app1: {}}"), book); err != nil || report.Exit() != 0 {
		t.Fatalf("%v: %v", err, report)
	}
	var steps []string
	for _, e := range told {
		if e.Type == journal.StepBegun {
			steps = append(steps, fmt.Sprintf("%s %d/%d", e.Step, e.Number, e.Total))
		}
	}
	want := []string{"connecting 0/0", "reading 0/0", "applying 2 changes 0/0", "preparing files 1/4",
		"putting files in place 2/4", "running: true 3/4", "proving: true 4/4"}
	if i := slices.Index(steps, "applying 2 changes 0/0"); i < 0 || !slices.Equal(append([]string{"connecting 0/0",
		"reading 0/0"}, steps[i:]...), want) {
		t.Errorf("got %q", steps)
	}
}

// slowly is a shell that ends no transaction before its steps were seen.
type slowly struct {
	connect.Shell
	seen chan struct{}
}

// Follow tells of the lines once the script has run, and returns only when they were seen.
func (s slowly) Follow(ctx context.Context, script string, stdin []byte, line func(string)) (remote.Result, error) {
	res, err := s.Shell.Run(ctx, script, stdin)
	for text := range strings.Lines(string(res.Stdout)) {
		line(strings.TrimSuffix(text, "\n"))
	}
	<-s.seen
	return res, err
}
