package run

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/remote"
	"odooctl/tasks"
)

func init() {
	tasks.Register("test.reboot", "a reboot for the tests of package playbooks",
		func() tasks.Task { return &testReboot{} })
	tasks.Register("test.restart", "a restart for the tests of package playbooks",
		func() tasks.Task { return &testRestart{} })
}

type testReboot struct{}

func (testReboot) Plan(h *tasks.Host) error {
	h.Reboot(tasks.Reboot{Why: "a test", Within: 60})
	return nil
}

type testRestart struct {
	Unit string     `yaml:"unit"`
	Verb tasks.Verb `yaml:"verb"`
}

func (r *testRestart) Plan(h *tasks.Host) error {
	h.Notify(r.Unit, r.Verb, "a test")
	return nil
}

// booting is a machine that goes down when it is told to, cannot be reached a few
// times, and is another boot then.
type booting struct {
	mu     sync.Mutex
	told   bool
	away   int // logins that fail
	still  int // questions that a service does not run yet
	boot   string
	scenes []string
}

func (b *booting) connect(next func(context.Context, *inventory.Host) (connect.Shell, error)) func(context.Context,
	*inventory.Host) (connect.Shell, error) {
	return func(ctx context.Context, h *inventory.Host) (connect.Shell, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.told && b.away > 0 {
			b.away--
			return nil, &remote.Error{Host: h.Name, Kind: remote.Unreachable, Tried: "connect", Got: "no route",
				Err: errors.New("no route")}
		}
		sh, err := next(ctx, h)
		return &bootingShell{b, sh}, err
	}
}

type bootingShell struct {
	*booting
	connect.Shell
}

func (s *bootingShell) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.HasSuffix(script, "\nreboot_\n"):
		s.told = true
		s.scenes = append(s.scenes, "down")
		return remote.Result{}, nil
	case strings.HasPrefix(script, tasks.BootScript()):
		boot := "one\n"
		if s.told {
			boot = s.boot + "\n"
			if s.still > 0 {
				s.still--
				boot += "odoo.service\n"
			}
		}
		return remote.Result{Stdout: []byte(boot)}, nil
	}
	return s.Shell.Run(ctx, script, stdin)
}

func TestReboot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		machine   *booting
		own, want string
		exit      int
	}{
		{name: "comes back", machine: &booting{away: 3, still: 2, boot: "two"}},
		{name: "does not come back", machine: &booting{away: 1000, boot: "two"}, exit: 2,
			want: "told to reboot and not back within 1m0s: app1: connect: no route; look at its console. When it is back: " +
				"odooctl resume"},
		{name: "does not go down", machine: &booting{boot: "one"}, exit: 2, want: "it still answers from the boot before"},
		{name: "comes back without Odoo", machine: &booting{still: 1000, boot: "two"}, exit: 2,
			want: "it is back, but these do not run as before: odoo.service"},
		{name: "is this machine", machine: &booting{boot: "two"}, own: "one\n", exit: 2,
			want: "app1: not rebooted: it is the machine that this run is made from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "app1")
			d.options = func(o *Options) {
				o.BootID, o.Connect = c.own, c.machine.connect(o.Connect)
				left := 30 // the clock of these tests does not go by itself
				o.Sleep = func(context.Context, time.Duration) error {
					if left--; left < 0 {
						return context.DeadlineExceeded
					}
					return nil
				}
			}
			inv := parsed(t, "hosts: {app1: {}}\n")
			report, err := d.apply(t.Context(), inv, played(t, "- {name: boot, hosts: all, tasks: [test.reboot]}\n"))
			if err != nil {
				t.Fatal(err)
			}
			if report.Exit() != c.exit {
				t.Errorf("exit %d, want %d: %s", report.Exit(), c.exit, states(report))
			}
			if failed := report.Failed(); len(failed) > 0 && !strings.Contains(failed[0].Err.Error(), c.want) {
				t.Errorf("%v, want %s", failed[0].Err, c.want)
			}
			if told := len(c.machine.scenes) == 1; told != (c.own == "") {
				t.Errorf("it was told to reboot: %v", c.machine.scenes)
			}
		})
	}
}

// TestFronts: who is told before a host is worked on.
func TestFronts(t *testing.T) {
	t.Parallel()
	inv := parsed(t, `
hosts: {db1: {}, app1: {}, app2: {}, app3: {}, web1: {}}
deployments:
  two: {odoo: {hosts: [app1, app2]}, postgresql: {host: db1, role: {name: two, password: correct-horse}}, nginx: {hosts: [web1], server_name: two.example.com}}
  one: {odoo: {hosts: [app3]}, postgresql: {host: db1, role: {name: one, password: correct-horse}}, nginx: {hosts: [web1], server_name: one.example.com}}
  bare: {odoo: {hosts: [app3], http_port: 8100, chat_port: 8101}}
`)
	for _, c := range []struct{ host, task, want string }{
		{"app1", "test.restart: {unit: odoo.service, verb: restart}", "taken out of the nginx of two"},
		{"app1", "test.restart: {unit: odoo.service, verb: reload}", "taken out of the nginx of two"},
		{"app3", "test.restart: {unit: odoo.service, verb: restart}", "one shows its maintenance page"},
		{"app3", "test.restart: {unit: cron.service, verb: restart}", ""},
		{"app3", "test.restart: {unit: odoo.service, verb: reload}", ""},
		{"db1", "test.restart: {unit: postgresql@15-main.service, verb: restart}",
			"two shows its maintenance page, one shows its maintenance page"},
		{"db1", "test.restart: {unit: postgresql@15-main.service, verb: reload}", ""},
		{"db1", "test.reboot: {}", "two shows its maintenance page, one shows its maintenance page"},
		{"web1", "test.reboot: {}", ""},
	} {
		d := newDesk(t, "db1", "app1", "app2", "app3", "web1")
		r := d.read(inv, played(t, "- {name: play, hosts: "+c.host+", rolling: {drain: true}, tasks: ["+c.task+"]}\n"))
		var told []string
		for _, f := range r.fronts(&roll{rolling: &playbooks.Rolling{}}, inv.Host(c.host)) {
			told = append(told, f.takes())
		}
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.host, c.task, got, c.want)
		}
	}
}

// TestRollbackRun: what a run did before a play that stops goes too, the last first.
func TestRollbackRun(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	fails := false
	refuse := failing("app1")
	d.meddle = func(ctx context.Context, host string) (remote.Result, error, bool) {
		if host == "app1" && !fails { // it fails once: what puts it back does not
			fails = true
			return refuse(ctx, host)
		}
		return remote.Result{}, nil, false
	}
	book := played(t, `
- {name: first, hosts: "db1", tasks: [test.file: {path: /etc/db.conf, text: "a\n"}]}
- {name: second, hosts: "app2", after: deployment, tasks: [test.file: {path: /etc/app.conf, text: "a\n"}]}
- {name: third, hosts: "app1", after: deployment, rolling: {on_failure: rollback-run}, tasks: [test.file: {path: /etc/app.conf, text: "a\n"}]}
`)
	report, err := d.apply(t.Context(), parsed(t, sixApps), book)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "db1 put back, app1 put back, app2 put back"; got != want || report.Exit() != 5 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	if left := d.text("db1", "/etc/db.conf") + d.text("app2", "/etc/app.conf"); left != "" {
		t.Errorf("left behind: %q", left)
	}
	if got := strings.Join(d.order, " "); got != "db1 app2 app1 app2 db1" {
		t.Errorf("transactions on %s", got)
	}
}
