package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"odooctl/playbooks/journal"
)

const hooked = sixApps + `
hooks: {before_run: [before-run], after_run: [after-run], before_batch: [before-batch], after_batch: [after-batch], before_host: [before-host], after_host: [after-host, x], within: 5s}
`

// calls notes what is called, with what it is told, and lets some of it fail.
type calls struct {
	mu   sync.Mutex
	list []string
	fail string // the words of one call, or a part of them
}

func (c *calls) call(_ context.Context, argv, env []string) ([]byte, error) {
	told := map[string]string{}
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		told[strings.TrimPrefix(name, "ODOOCTL_")] = value
	}
	text := strings.ReplaceAll(told["HOOK"], "_", "-") + ": " + told["HOSTS"]
	if told["BATCH"] != "" {
		text += fmt.Sprintf(" (%s of %s)", told["BATCH"], told["BATCHES"])
	}
	if status, after := told["STATUS"]; after {
		text += " " + status + " [" + told["FAILED"] + "] " + told["EXIT"]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, text)
	for _, name := range []string{"RUN", "VERB", "INVENTORY", "PLAYBOOK"} {
		if told[name] == "" {
			c.list = append(c.list, name+" is missing")
		}
	}
	if argv[0] != strings.ReplaceAll(told["HOOK"], "_", "-") || strings.Contains(strings.Join(env, " "), "correct-horse") {
		c.list = append(c.list, fmt.Sprint("called as ", argv, env))
	}
	if c.fail != "" && strings.Contains(text, c.fail) {
		return []byte("the phone is off\n"), errors.New("exit status 3")
	}
	return nil, nil
}

func TestHooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, fail, fails, rolling string
		calls                      string
		states, says               string
		exit                       int
	}{
		{name: "all is well", rolling: "batches: [1, 5]", states: "app1 changed, app2 changed, app3 changed, app4 changed, " +
			"app5 changed, app6 changed",
			calls: `before-run: ALL
before-batch: app1 (1 of 2)
before-host: app1 (1 of 2)
after-host: app1 (1 of 2) changed [] 0
after-batch: app1 (1 of 2) ok [] 0
before-batch: app2 app3 app4 app5 app6 (2 of 2)
after-batch: app2 app3 app4 app5 app6 (2 of 2) ok [] 0
after-run: ALL ok [] 0`},
		{name: "a host fails", rolling: "batches: [1, 5]", fails: "app1", exit: 5,
			states: "app1 put back, app2 skipped, app3 skipped, app4 skipped, app5 skipped, app6 skipped",
			calls: `before-run: ALL
before-batch: app1 (1 of 2)
before-host: app1 (1 of 2)
after-host: app1 (1 of 2) put back [app1] 0
after-batch: app1 (1 of 2) failed [app1] 0
after-run: ALL failed [app1 app2 app3 app4 app5 app6] 5`},
		{name: "before a batch", rolling: "batches: [1, 5]", fail: "before-batch: app2", exit: 2,
			states: "app1 changed, app2 skipped, app3 skipped, app4 skipped, app5 skipped, app6 skipped",
			says: "app2: untouched: app stopped before batch 2 of 2: /srv/inventory.yaml:6:73: hook before_batch, " +
				"before-batch: exit status 3: the phone is off"},
		{name: "before the first batch", rolling: "batches: [1, 5]", fail: "before-batch", exit: 2,
			states: "app1 skipped, app2 skipped, app3 skipped, app4 skipped, app5 skipped, app6 skipped",
			says:   "app1: untouched: app stopped before its first batch: "},
		{name: "before a host", rolling: "batches: [1, 5]", fail: "before-host: app1", exit: 2,
			states: "app1 failed, app2 skipped, app3 skipped, app4 skipped, app5 skipped, app6 skipped",
			says:   "app1: untouched: /srv/inventory.yaml:6:130: hook before_host, before-host: exit status 3"},
		{name: "after the fact", rolling: "batches: [1, 5]", fail: "after", states: "app1 changed, app2 changed, app3 " +
			"changed, app4 changed, app5 changed, app6 changed",
			says: "warning: /srv/inventory.yaml:6:46: hook after_run, after-run: exit status 3: the phone is off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, _ := rolled(t)
			d.meddle = failing(strings.Fields(c.fails)...)
			seen := &calls{fail: c.fail}
			var said []string
			var mu sync.Mutex
			d.options = func(o *Options) {
				o.Call = seen.call
				o.Event = func(e Event) { mu.Lock(); defer mu.Unlock(); said = append(said, e.Text) }
			}
			report, err := d.apply(t.Context(), parsed(t, hooked), played(t, rollingBook(c.rolling)))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range report.Failed() {
				said = append(said, o.Err.Error())
			}
			if got := states(report); got != c.states || report.Exit() != c.exit {
				t.Errorf("exit %d: %s\nwant %d: %s", report.Exit(), got, c.exit, c.states)
			}
			if !strings.Contains(strings.Join(said, "\n"), c.says) {
				t.Errorf("it said\n%s\nwant %s", strings.Join(said, "\n"), c.says)
			}
			list := slices.DeleteFunc(seen.list, func(s string) bool { // five at once, in any order
				return strings.Contains(s, "host: app") && !strings.Contains(s, "app1")
			})
			if got, want := strings.Join(list, "\n"), strings.ReplaceAll(c.calls, "ALL",
				"app1 app2 app3 app4 app5 app6"); want != "" && got != want {
				t.Errorf("called:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestHookBeforeRun: where the program before a run fails, nothing is begun, and
// there is no journal; the program after it is called, and the notices are sent.
func TestHookBeforeRun(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	seen := &calls{fail: "before-run"}
	var told *Report
	d.options = func(o *Options) {
		o.Call, o.Ended = seen.call, func(_ context.Context, r *Report) { told = r }
	}
	_, err := d.apply(t.Context(), parsed(t, hooked), played(t, rollingBook("batches: 1")))
	if err == nil || err.Error() != "nothing was changed: /srv/inventory.yaml:6:21: hook before_run, before-run: exit "+
		"status 3: the phone is off" {
		t.Error(err)
	}
	if h := d.history(); len(h) != 0 || len(d.order) != 0 {
		t.Errorf("%d journals, begun on %v", len(h), d.order)
	}
	const all = "app1 app2 app3 app4 app5 app6"
	if got := strings.Join(seen.list, "\n"); got != "before-run: "+all+"\nafter-run: "+all+" failed ["+all+"] 1" {
		t.Errorf("called:\n%s", got)
	}
	if told == nil || told.Exit() != 1 || told.Outcomes[0].State != journal.Skipped {
		t.Errorf("told: %+v", told)
	}
}

// TestHookRollback: going back calls the same programs, but for batches.
func TestHookRollback(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	inv := parsed(t, hooked)
	seen := &calls{}
	d.options = func(o *Options) { o.Call = seen.call }
	if _, err := d.apply(t.Context(), inv, played(t, rollingBook("batches: 6"))); err != nil {
		t.Fatal(err)
	}
	seen.list = nil
	if r := d.rollback(inv, journal.Last); r.Exit() != 0 {
		t.Fatal(states(r))
	}
	if n := len(seen.list); n != 2+2*6 || !slices.Contains(seen.list, "after-host: app3 changed [] 0") {
		t.Errorf("%d calls: %v", n, seen.list)
	}
}
