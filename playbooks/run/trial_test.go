package run

import (
	"context"
	"strings"
	"sync"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

func init() {
	tasks.Register("test.checked", "a file that a unit checks, for the tests of trials",
		func() tasks.Task { return &checkedFile{} })
}

// checkedFile keeps a file for which a unit is restarted, and which a check could refuse.
type checkedFile struct {
	testFile `yaml:",inline"`
}

func (f *checkedFile) Plan(h *tasks.Host) error {
	h.Check(tasks.Check{Unit: "nobody.service", Title: "its reader", Run: "true"})
	h.Notify("nobody.service", tasks.Restart, "its file changed")
	return f.testFile.Plan(h)
}

// trying is the shell of a host that answers trials as the test says.
type trying struct {
	connect.Shell
	seen func(script string) (remote.Result, bool)
}

func (s trying) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	if res, instead := s.seen(script); instead {
		return res, nil
	}
	// The folder that is the host has no units.
	return s.Shell.Run(ctx, strings.Replace(script, "\nact restart nobody", "\n: restart nobody", 1), stdin)
}

// TestTrial: what is wrong with a host is found before any host of the run is touched, and
// only that host is left out, or those around it too if the play would put back the whole
// run. A trial leaves nothing.
func TestTrial(t *testing.T) {
	t.Parallel()
	const inv = `
hosts: {app1: {}, app2: {}, db1: {}}
deployments:
  shop: {odoo: {hosts: [app1, app2], version: "14.0"}, postgresql: {host: db1}}
`
	const before = "- {name: before, hosts: db1, tasks: [{test.file: {path: /etc/x, text: new}}]}\n"
	const play = "- {name: app, hosts: odoo, rolling: {batches: 1ROLL}, " +
		"tasks: [{test.checked: {path: /etc/x, text: new}}]}\n"
	says := func(code tasks.ExitCode, text string) remote.Result {
		return remote.Result{Code: int(code), Stdout: []byte(text)}
	}
	refused := says(tasks.ExitPutBack, "failed: check its reader\n  line 3: odd\nput back\n")
	for _, c := range []struct {
		name, book string
		answer     remote.Result // of app2
		want       string        // what becomes of the hosts
		tried      int
		says       string
	}{
		{"all is well", play, remote.Result{}, "app1 changed, app2 changed, db1 changed", 2, ""},
		{"refused", play, refused, "app1 skipped, app2 failed, db1 changed", 2,
			"app2: untouched: its changes were tried beside what runs: failed: check its reader\n  line 3: odd"},
		{"refused, and another may fail", strings.Replace(play, "ROLL", ", max_failures: 2", 1), refused,
			"app1 changed, app2 failed, db1 changed", 2, ""},
		{"refused, and the run is one", strings.Replace(play, "ROLL", ", on_failure: rollback-run", 1), refused,
			"app1 skipped, app2 failed, db1 skipped", 2, ""},
		{"locked", play, says(tasks.ExitLocked, "somebody\n"),
			"app1 skipped, app2 locked, db1 changed", 2,
			"app2: locked by somebody"},
		{"edited", play, says(tasks.ExitStale, "changed since it was read: /etc/x\n"),
			"app1 skipped, app2 stale, db1 changed", 2, "app2: changed since it was read"},
		{"no play rolls", strings.Replace(play, "rolling: {batches: 1ROLL}, ", "", 1), refused,
			"app1 changed, app2 changed, db1 changed", 0, ""},
		{"nothing is checked", strings.Replace(play, "test.checked", "test.file", 1), refused,
			"app1 changed, app2 changed, db1 changed", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "app1", "app2", "db1")
			var mu sync.Mutex
			tried, late := 0, false
			d.options = func(o *Options) {
				o.Connect = func(ctx context.Context, h *inventory.Host) (connect.Shell, error) {
					sh, err := d.connect(ctx, h)
					return trying{sh, func(script string) (remote.Result, bool) {
						mu.Lock()
						defer mu.Unlock()
						switch {
						case strings.HasSuffix(script, "\ntried\n"):
							tried++
							late = late || d.text("db1", "/etc/x") != ""
							return c.answer, h.Name == "app2" && c.answer.Code != 0
						case strings.Contains(script, "\nbegin ") && strings.HasSuffix(script, "\nfinish\n"):
							late = late || c.tried > tried
						}
						return remote.Result{}, false
					}}, err
				}
			}
			report, err := d.apply(t.Context(), parsed(t, inv), played(t, before+strings.Replace(c.book, "ROLL", "", 1)))
			if err != nil {
				t.Fatal(err)
			}
			if got := states(report); got != c.want || tried != c.tried || late {
				t.Errorf("%s after %d trials, want %s after %d; a host was changed before: %v", got, tried, c.want, c.tried, late)
			}
			said := ""
			for _, o := range report.Outcomes {
				if o.Err != nil {
					said += o.Err.Error() + "\n"
				}
				if o.State == journal.Changed && d.text(o.Host, "/etc/x") != "new" {
					t.Errorf("%s has not got its file", o.Host)
				}
				if o.State != journal.Changed && d.text(o.Host, "/etc/x") != "" {
					t.Errorf("%s was touched", o.Host)
				}
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("it says %s, want %s", said, c.says)
			}
		})
	}
}
