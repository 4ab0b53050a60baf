package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/tasks/nginx"
)

// baked is a desk with three hosts behind two nginx, whose logs have what is said of
// the time before the run, and get what is said for each batch.
func baked(t *testing.T, before string, batches ...string) (d *desk, told func() string) {
	t.Helper()
	d = newDesk(t, "db1", "app1", "app2", "app3", "web1", "web2")
	log := func(web, text string) {
		name := filepath.Join(d.root, web, nginx.AccessLog("one"))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Error(err)
		}
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		for word := range strings.FieldsSeq(text) { // 200x30: so many answers
			var status, n int
			fmt.Sscanf(word, "%dx%d", &status, &n)
			for range n {
				fmt.Fprintf(f, "10.0.0.9 - - [%s] \"GET / HTTP/1.1\" %d 5 \"-\" \"-\"\n",
					time.Now().Format("02/Jan/2006:15:04:05 -0700"), status)
			}
		}
	}
	log("web1", before)
	var events []string
	var mu sync.Mutex
	d.options = func(o *Options) {
		o.Sleep = func(context.Context, time.Duration) error {
			log("web1", batches[0])
			log("web2", "200x5")
			batches = batches[1:]
			return nil
		}
		o.Event = func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, strings.TrimPrefix(e.Host+": "+e.Text, ": "))
		}
	}
	return d, func() string { return strings.Join(events, "\n") }
}

const threeApps = `
hosts: {db1: {}, app1: {}, app2: {}, app3: {}, web1: {}, web2: {}}
deployments:
  one:
    odoo: {hosts: ["app[1:3]"], version: "14.0"}
    postgresql: {host: db1, role: {name: one, password: correct-horse}}
    nginx: {hosts: [web1, web2], server_name: one.example.com}
`

func TestBake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rolling, before string
		batches               []string
		states, says          string
		exit                  int
	}{
		{name: "well", rolling: "batches: [1, 2], bake: 1h", before: "200x99 502x1",
			batches: []string{"200x100 502x2", "200x50"},
			states:  "app1 changed, app2 changed, app3 changed", says: "app, batch 1 of 2: one: 5xx to 2 of 107 requests, " +
				"1.9% " +
				"after 1.0% before the run"},
		{name: "rises", rolling: "batches: 1, bake: 1h, max_failures: 3", before: "200x100",
			batches: []string{"200x50", "200x45 502x5"}, exit: 2,
			states: "app1 changed, app2 failed, app3 skipped", says: "app stopped in batch 2 of 3: nginx of one answered 5xx " +
				"to 5 of 55 requests, 9.1% after 0.0% before the run, and max_5xx is 1%"},
		{name: "is put back", rolling: "batches: 2, bake: 1h, max_5xx: 2.5%, on_failure: rollback", before: "200x100",
			batches: []string{"200x40 503x4"}, exit: 5,
			states: "app1 put back, app2 put back, app3 skipped", says: "max_5xx is 2.5%"},
		{name: "the last one", rolling: "batches: 3, bake: 1h", before: "200x100", batches: []string{"500x40"}, exit: 2,
			states: "app1 failed, app2 failed, app3 failed", says: "app stopped in batch 1 of 1"},
		{name: "was so before", rolling: "batches: 3, bake: 1h", before: "200x50 500x50", batches: []string{"200x20 500x20"},
			states: "app1 changed, app2 changed, app3 changed", says: "44.4% after 50.0% before the run"},
		{name: "few", rolling: "batches: 3, bake: 1h", before: "", batches: []string{"500x4"},
			states: "app1 changed, app2 changed, app3 changed", says: "5xx to 4 of 9 requests: too few requests to judge"},
		{name: "one error", rolling: "batches: 3, bake: 1h", before: "", batches: []string{"200x9 500x1"},
			states: "app1 changed, app2 changed, app3 changed", says: "5xx to 1 of 15 requests, 6.7% after 0.0% before the run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, told := baked(t, c.before, c.batches...)
			report, err := d.apply(t.Context(), parsed(t, threeApps), played(t, rollingBook(c.rolling)))
			if err != nil {
				t.Fatal(err)
			}
			if got := states(report); got != c.states || report.Exit() != c.exit {
				t.Errorf("exit %d: %s\nwant %d: %s", report.Exit(), got, c.exit, c.states)
			}
			if !strings.Contains(told(), c.says) {
				t.Errorf("it says\n%s\nwant %s", told(), c.says)
			}
			for _, o := range report.Outcomes {
				p := d.find(journal.Last).Progress()
				for i := range p {
					if p[i].Host == o.Host && p[i].State != o.State {
						t.Errorf("the journal has %s as %s, the report as %s", o.Host, p[i].State, o.State)
					}
				}
				if has := d.text(o.Host, "/etc/app.conf") != ""; has != (o.State == journal.Changed || o.State == journal.Failed) {
					t.Errorf("%s is %s, and has the file: %v", o.Host, o.State, has)
				}
			}
		})
	}
}

// TestBakeBlind: a play whose nginx cannot be asked does not begin.
func TestBakeBlind(t *testing.T) {
	t.Parallel()
	d, _ := baked(t, "")
	d.away["web2"] = true
	report, err := d.apply(t.Context(), parsed(t, threeApps), played(t, rollingBook("batches: 1, bake: 30s")))
	if err != nil {
		t.Fatal(err)
	}
	if got := states(report); got != "app1 skipped, app2 skipped, app3 skipped" || report.Exit() != 2 {
		t.Errorf("exit %d: %s", report.Exit(), got)
	}
	if text := report.Outcomes[0].Err.Error(); !strings.Contains(text, "app1: untouched: app stopped before its first "+
		"batch: web2: what its nginx answers cannot be watched") {
		t.Error(text)
	}
}
