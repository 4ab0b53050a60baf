package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// sixApps is a deployment of six Odoo hosts.
const sixApps = `
hosts: {db1: {}, app1: {}, app2: {}, app3: {}, app4: {}, app5: {}, app6: {}}
deployments:
  one: {odoo: {hosts: ["app[1:6]"], version: "14.0"}, postgresql: {host: db1, role: {name: one, password: correct-horse}}}
`

func rollingBook(rolling string) string {
	return "- {name: app, hosts: odoo, rolling: {" + rolling +
		`}, tasks: [test.file: {path: /etc/app.conf, text: "workers = 2\n"}]}` + "\n"
}

// rolled is a desk with six hosts that notes pauses and questions.
func rolled(t *testing.T) (*desk, *[]string) {
	d := newDesk(t, "db1", "app1", "app2", "app3", "app4", "app5", "app6")
	var told []string
	d.options = func(o *Options) {
		o.Sleep = func(_ context.Context, pause time.Duration) error {
			told = append(told, "pause "+pause.String())
			return nil
		}
	}
	return d, &told
}

// failing lists hosts that refuse what they are given.
func failing(hosts ...string) func(context.Context, string) (remote.Result, error, bool) {
	return func(ctx context.Context, name string) (remote.Result, error, bool) {
		return remote.Result{Stdout: []byte("failed: it does not start\nput back\n"), Code: int(tasks.ExitPutBack)}, nil,
			slices.Contains(hosts, name)
	}
}

// together lets no host of a batch go on before all of it have come; batches are
// written as in the tables here.
func together(batches string, next func(context.Context, string) (remote.Result, error, bool)) func(context.Context,
	string) (remote.Result, error, bool) {
	gates, mu := map[string]*sync.WaitGroup{}, sync.Mutex{}
	for batch := range strings.SplitSeq(batches, ", ") {
		gate := &sync.WaitGroup{}
		for _, host := range strings.Fields(batch) {
			gate.Add(1)
			gates[host] = gate
		}
	}
	return func(ctx context.Context, host string) (remote.Result, error, bool) {
		mu.Lock()
		gate := gates[host]
		delete(gates, host)
		mu.Unlock()
		if gate != nil {
			gate.Done()
			gate.Wait()
		}
		return next(ctx, host)
	}
}

// batches returns those into which the run cut the hosts of its first play.
func (d *desk) batches(run string) [][]string {
	for _, e := range d.find(run).Entries {
		if e.Type == journal.BatchesCut && e.Rank == 0 {
			return e.Batches
		}
	}
	return nil
}

// batched lists the hosts as the journal tells the batches that were begun.
func (d *desk) batched(run string) string {
	var list []string
	for _, e := range d.find(run).Entries {
		if e.Type == journal.BatchBegun {
			list = append(list, strings.Join(e.Hosts, " "))
		}
	}
	return strings.Join(list, ", ")
}

func TestRolling(t *testing.T) {
	t.Parallel()
	all := "app1 changed, app2 changed, app3 changed, app4 changed, app5 changed, app6 changed"
	for _, c := range []struct {
		name, rolling, fails, away string
		batches, states, told      string
		exit                       int
	}{
		{name: "canary", rolling: "batches: [1, 25%, 100%]", batches: "app1, app2 app3, app4 app5 app6", states: all},
		{name: "one size", rolling: "batches: 4", batches: "app1 app2 app3 app4, app5 app6", states: all},
		{name: "no size", rolling: "pause: 1s", batches: "app1 app2 app3 app4 app5 app6", states: all},
		{name: "reverse", rolling: "batches: 50%, order: reverse", batches: "app6 app5 app4, app3 app2 app1", states: all},
		{name: "pause", rolling: "batches: 2, pause: 10s", batches: "app1 app2, app3 app4, app5 app6", states: all,
			told: "pause 10s, pause 10s"},
		{name: "stops", rolling: "batches: [1, 2]", fails: "app2", batches: "app1, app2 app3", exit: 5,
			states: "app1 changed, app2 put back, app3 changed, app4 skipped, app5 skipped, app6 skipped"},
		{name: "may fail once", rolling: "batches: 2, max_failures: 2", fails: "app2",
			batches: "app1 app2, app3 app4, app5 app6", exit: 5,
			states: "app1 changed, app2 put back, app3 changed, app4 changed, app5 changed, app6 changed"},
		{name: "stops at the second", rolling: "batches: 2, max_failures: 2", fails: "app2 app4",
			batches: "app1 app2, app3 app4", exit: 5,
			states: "app1 changed, app2 put back, app3 changed, app4 put back, app5 skipped, app6 skipped"},
		{name: "a third of the run", rolling: "batches: 1, max_failures: 34%", fails: "app1 app2 app3 app4",
			batches: "app1, app2, app3", exit: 5,
			states: "app1 put back, app2 put back, app3 put back, app4 skipped, app5 skipped, app6 skipped"},
		{name: "unreachable counts", rolling: "batches: 1", away: "app5", exit: 4,
			states: "app1 skipped, app2 skipped, app3 skipped, app4 skipped, app5 unreachable, app6 skipped"},
		{name: "the batch is put back", rolling: "batches: 3, on_failure: rollback", fails: "app5",
			batches: "app1 app2 app3, app4 app5 app6", exit: 5,
			states: "app1 changed, app2 changed, app3 changed, app4 put back, app5 put back, app6 put back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv := parsed(t, sixApps)
			d, told := rolled(t)
			d.meddle = failing(strings.Fields(c.fails)...)
			if d.away[c.away] = true; c.away == "" {
				d.meddle = together(c.batches, d.meddle)
			}
			report, err := d.apply(t.Context(), inv, played(t, rollingBook(c.rolling)))
			if err != nil {
				t.Fatal(err)
			}
			if got := states(report); got != c.states || report.Exit() != c.exit {
				t.Errorf("exit %d: %s\nwant %d: %s", report.Exit(), got, c.exit, c.states)
			}
			if got := d.batched(journal.Last); got != c.batches {
				t.Errorf("batches %s, want %s", got, c.batches)
			}
			if got := strings.Join(*told, ", "); got != c.told {
				t.Errorf("waited %q, want %q", got, c.told)
			}
			for _, o := range report.Outcomes {
				if has := d.text(o.Host, "/etc/app.conf") != ""; has != (o.State == journal.Changed) {
					t.Errorf("%s is %s, and has the file: %v", o.Host, o.State, has)
				}
			}
		})
	}
}

// TestRollingStopsWithinABatch: when as many hosts have failed as may, the hosts of
// the same batch that have not begun do not begin.
func TestRollingStopsWithinABatch(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	d.meddle = failing("app1", "app2", "app3", "app4", "app5", "app6")
	one := d.options
	d.options = func(o *Options) { one(o); o.Forks = 1 }
	report, err := d.apply(t.Context(), parsed(t, sixApps), played(t, rollingBook("batches: 100%")))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(states(report), "put back"); n != 1 || strings.Count(states(report), "skipped") != 5 {
		t.Errorf("%s; want one host that failed, and five that did not begin", states(report))
	}
}

// TestRollingWaits: no host of a batch begins before the last of the batch before
// it has ended.
func TestRollingWaits(t *testing.T) {
	t.Parallel()
	inv := parsed(t, sixApps)
	d, _ := rolled(t)
	var order []string
	d.meddle = func(_ context.Context, host string) (remote.Result, error, bool) {
		d.mu.Lock()
		order = append(order, host)
		d.mu.Unlock()
		return remote.Result{}, nil, false
	}
	if _, err := d.apply(t.Context(), inv, played(t, rollingBook("batches: 2"))); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		slices.Sort(order[2*i : 2*i+2])
	}
	if got := strings.Join(order, " "); got != "app1 app2 app3 app4 app5 app6" {
		t.Error(got)
	}
}

func TestRollingWord(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, sixApps), played(t, rollingBook("batches: 3, pause: manual"))
	d, _ := rolled(t)
	report, err := d.apply(t.Context(), inv, book)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "app1 changed, app2 changed, app3 changed, app4 skipped, app5 skipped, app6 "+
		"skipped"; got != want {
		t.Errorf("without a terminal: %s", got)
	}
	if err := report.Failed()[0].Err; !strings.Contains(err.Error(), "app4: untouched: app waits for approval after "+
		"batch 1 of 2") {
		t.Error(err)
	}
	var asked []string
	d.options = func(o *Options) {
		o.Approve = func(_ context.Context, question string) bool { asked = append(asked, question); return true }
	}
	if report, err = d.apply(t.Context(), inv, played(t, strings.ReplaceAll(rollingBook("batches: 3, pause: manual"),
		"= 2", "= 3"))); err != nil {
		t.Fatal(err)
	}
	if want := []string{"app, batch 1 of 2 is done. Go on with app4, app5, app6?"}; !slices.Equal(asked, want) ||
		report.Exit() != 0 {
		t.Errorf("exit %d, asked %q", report.Exit(), asked)
	}
}

// TestRollingResumed: a run that was cut short after any line goes on with the
// batches it had.
func TestRollingResumed(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, sixApps), played(t, rollingBook("batches: [1, 2, 100%]"))
	for lines := 1; ; lines += 7 {
		d, _ := rolled(t)
		d.meddle = failing("app3")
		if _, err := d.apply(t.Context(), inv, book); err != nil {
			t.Fatal(err)
		}
		if lines >= strings.Count(d.journal(journal.Last), "\n") {
			return
		}
		d.cut(journal.Last, lines)
		cut := d.batches(journal.Last)
		d.meddle = nil
		of, _ := journal.Unfinished(d.history())
		left, err := journal.Resume(of, inv.Digest, book.Digest)
		if err != nil {
			t.Fatal(err)
		}
		d.options = func(o *Options) { o.Limit, o.Resumes, o.Batches = left.Limit(), left.Of, left.Batches }
		report, err := d.apply(t.Context(), inv, book)
		if err != nil || report.Exit() != 0 {
			t.Fatalf("cut after line %d: %v: %s", lines, err, states(report))
		}
		if again := d.batches(journal.Last); cut != nil && !within(again, cut) {
			t.Errorf("cut after line %d: went on with %v of %v", lines, again, cut)
		}
		for i := range 6 {
			if host := fmt.Sprint("app", i+1); d.text(host, "/etc/app.conf") == "" {
				t.Errorf("cut after line %d: %s has no file", lines, host)
			}
		}
	}
}

// within reports whether each batch is what is left of one of those, in their
// order.
func within(batches, of [][]string) bool {
	for _, b := range batches {
		at := slices.IndexFunc(of, func(was []string) bool {
			return !slices.ContainsFunc(b, func(name string) bool { return !slices.Contains(was, name) })
		})
		if at < 0 {
			return false
		}
		of = of[at+1:]
	}
	return true
}

// TestRollingOrder: a host that others wait for inside the play comes before them.
func TestRollingOrder(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, sixApps), played(t, rollingBook("batches: 1, order: reverse"))
	stages, err := book.Stages(inv, "", "")
	if err != nil {
		t.Fatal(err)
	}
	s := &schedule{run: &Run{session: &session{}, book: book, stages: stages}, work: map[string][]bool{},
		waits: map[string][][]tasks.Wait{}}
	for _, h := range stages[0].Hosts {
		s.work[h.Name] = []bool{h.Name != "app4"}
		s.waits[h.Name] = [][]tasks.Wait{nil}
	}
	s.waits["app5"][0] = []tasks.Wait{{Host: "app2"}, {Host: "app4"}}
	s.waits["app6"][0] = []tasks.Wait{{Host: "app2"}}
	if got := strings.Join(s.inTurn(0, true), " "); got != "app2 app6 app5 app3 app1" {
		t.Error(got)
	}
}

// TestRollbackOfAStoppedRun puts back what is left of it: not the batch that put
// itself back.
func TestRollbackOfAStoppedRun(t *testing.T) {
	t.Parallel()
	inv := parsed(t, sixApps)
	d, _ := rolled(t)
	d.meddle = together("app1 app2 app3, app4 app5 app6", failing("app5"))
	if _, err := d.apply(t.Context(), inv, played(t, rollingBook("batches: 3, on_failure: rollback"))); err != nil {
		t.Fatal(err)
	}
	d.meddle = nil
	report := d.rollback(inv, journal.Last)
	if got, want := states(report), "app1 changed, app2 changed, app3 changed"; got != want || report.Exit() != 0 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	for i := range 6 {
		if host := fmt.Sprint("app", i+1); d.text(host, "/etc/app.conf") != "" {
			t.Errorf("%s still has the file", host)
		}
	}
}

func TestRollingRefused(t *testing.T) {
	t.Parallel()
	for rolling, want := range map[string]string{
		"batches: 0":             `test.yaml:1:47: 0: want at least 1`,
		"batches: [1, 150%]":     `150%: want at most 100%`,
		"batches: []":            `batches is empty`,
		"pause: soon":            `"soon": want pause, a time such as 10s or manual`,
		"order: random":          `order: random: want inventory or reverse`,
		"on_failure: panic":      `on_failure: panic: want stop or rollback or rollback-run`,
		"max_failures: -1":       `-1: want at least 1`,
		"batch: 1":               `unknown key batch in rolling (did you mean batches?); there are bake, batches, drain, max_5xx, max_failures, on_failure, order, pause`,
		"batches: 1, batches: 2": `batches`,
	} {
		if _, err := playbooks.Parse("test.yaml", []byte(rollingBook(rolling)), nil); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", rolling, err, want)
		}
	}
}
