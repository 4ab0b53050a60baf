//go:build lab

package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"odooctl/lab"
)

var (
	kills     = flag.Int("kills", 1, "moments at which rolling runs are killed")
	killsSeed = flag.Uint64("kills.seed", 1, "seed of those moments")
)

// rolling is a run that goes over the Odoo hosts of mycompany one after the other. The nth differs from the one
// before it.
type rolling struct {
	name   string
	resume bool // what comes after a kill; else a plain apply
	begin  func(t *testing.T, n int) (file string, args []string)
	whole  time.Duration
}

func (r *rolling) args(t *testing.T, n int) []string {
	file, args := r.begin(t, n)
	return append([]string{"apply", "-l", "mycompany", "--no-diff", "--lock-timeout", "60s"}, append(args, file)...)
}

// TestKillsWhileItRolls kills rolling runs with SIGKILL at random moments of their duration, while users work. The
// next plain apply, or a resume, brings all back, and nobody notices anything but the maintenance page.
func TestKillsWhileItRolls(t *testing.T) {
	_, restore := withAll(t)
	defer restore()
	random := rand.New(rand.NewPCG(*killsSeed, 0))
	t.Logf("-kills %d -kills.seed %d", *kills, *killsSeed)
	addons, module := t.TempDir(), ""
	edited := func(t *testing.T, value int) string {
		return behind(t, append(atShop.option.to(value), atShop.odoo.to(module)...)...)
	}
	kinds := []*rolling{
		{name: "rolling apply", begin: func(t *testing.T, n int) (string, []string) { return edited(t, 1220+n), nil }},
		{name: "config-update", resume: true, begin: func(t *testing.T, n int) (string, []string) {
			return edited(t, 1220+n), []string{"--playbook", "config-update"}
		}},
		{name: "reboot", begin: func(t *testing.T, n int) (string, []string) {
			for _, host := range apps() {
				on(t, host, "touch /run/reboot-required")
			}
			return edited(t, 1220), []string{"--playbook", "reboot"}
		}},
		{name: "module-update", begin: func(t *testing.T, n int) (string, []string) {
			version(t, addons, n+1, "")
			return edited(t, 1220), []string{"--playbook", "module-update"}
		}},
	}
	booting(t)
	var all table
	defer func() { t.Logf("what users noticed:\n%s", all.String()) }()
	for i := range (4**kills + 2) / 3 { // so many plain applies, and resumes beside them
		kind := kinds[i%len(kinds)]
		if kind.name == "module-update" && module == "" {
			module = "\n      addons: [{name: e2e, path: " + addons + "}]\n" +
				"      modules: {install: [e2e_update], update: [e2e_update]}"
			version(t, addons, 1, "")
			run := odooctl(t, kind.args(t, 0)...).want(t, 0)
			kind.whole = run.took
			const backups, first = "/var/backups/odooctl", "/var/backups/e2e-first" // later updates rotate it away
			on(t, atShop.db, "rm -rf "+first+" && cp -a "+backups+" "+first)
			defer func() {
				on(t, atShop.db, "cp -an "+first+"/. "+backups+" && rm -r "+first)
				atShop.restore(t, run.out)
			}()
		}
		if kind.whole == 0 {
			kind.whole = odooctl(t, kind.args(t, i)...).want(t, 0).took
			i += len(kinds) * *kills // another value than that
		}
		t.Run(kind.name, func(t *testing.T) { killed(t, kind, i, time.Duration(random.Int64N(int64(kind.whole))), &all) })
	}
}

// killed kills one run after some time.
func killed(t *testing.T, kind *rolling, n int, after time.Duration, all *table) {
	args := kind.args(t, n)
	file := args[len(args)-1]
	users := watching(t, atShop)
	cmd, out := background(t, args...)
	time.Sleep(after)
	cmd.Process.Signal(syscall.SIGKILL)
	ended := cmd.Wait() == nil
	eventually(t, 2*time.Minute, func() error { return takeLogins(t, apps()) })
	left := outOfService(t)
	page := ask(t, "web1", "GET", "https://"+shop+"/web/login").Status
	t.Logf("%s killed after %v of %v, out of service then: %q, the login page: %s; it had said:\n%s",
		kind.name, after, kind.whole, left, page, out)
	if last := odooctl(t, "history", "-o", "json", "last"); kind.resume && !ended && strings.Contains(last.out, file) &&
		!strings.Contains(last.out, `"running": true`) {
		odooctl(t, "resume", "last").want(t, 0)
	}
	odooctl(t, "apply", "-l", "mycompany", "--no-diff", "--lock-timeout", "60s", file).want(t, 0)
	all.add(fmt.Sprintf("%s, killed at %d%%: %d out of service, %s", kind.name, 100*after/kind.whole,
		strings.Count(left, "server "), page[:3]), atShop, users.noticed(t))
	if out := outOfService(t); out != "" {
		t.Errorf("killed after %v, still out of service: %s", after, out)
	}
	if res := ask(t, "web1", "GET", "https://"+shop+"/web/login"); res.StatusCode != http.StatusOK {
		t.Errorf("killed after %v, users get %s", after, res.Status)
	}
	odooctl(t, "plan", "-l", "mycompany", "--detailed-exitcode", file).want(t, 0)
}

// booting boots Odoo hosts that reboot until the test ends: a real machine would boot by itself.
func booting(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	t.Cleanup(func() { stop(); all.Wait() })
	for _, host := range apps() {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := fleet.Host(host).PID(); errors.Is(err, lab.ErrDown) {
					if err := fleet.Host(host).Boot(ctx); err != nil && ctx.Err() == nil {
						t.Errorf("%s does not boot: %v", host, err)
						return
					}
				}
				pause, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				<-pause.Done()
				cancel()
			}
		})
	}
}

// takeLogins returns an error if a host does not take logins, or is about to reboot and still takes them.
func takeLogins(t *testing.T, hosts []string) error {
	const leaving = `systemctl is-system-running | grep stopping
systemctl list-units --plain --no-legend 'run-*' | grep 'systemctl reboot$' || :`
	for _, host := range hosts {
		if out, err := fleet.Host(host).Exec(t.Context(), leaving); err != nil || out != "" {
			return fmt.Errorf("%s reboots: %v %s", host, err, out)
		}
		if err := asksSSH(fleet.Host(host).Address().String())(t.Context()); err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
	}
	return nil
}

// TestRollingLosesAHost cuts the power of a host while it is being updated. The run
// reports it and stops; a resume completes it.
func TestRollingLosesAHost(t *testing.T) {
	_, restore := withAll(t)
	defer restore()
	file := behind(t, "limit_time_real: 1200", "limit_time_real: 1280")
	cmd, out := background(t, "apply", "-l", "mycompany", "--batch", "1", "--playbook", playbook(t, `
- name: Odoo
  hosts: odoo
  rolling: {batches: 1, drain: 5s}
  tasks: [odoo.conf, odoo.service]
  gates:
    - {login: true}
    - {command: "[ $(hostname) != app2 ] || [ -e /var/tmp/seen ] || { touch /var/tmp/seen; sleep 100; }", within: 120s}
`), file)
	defer on(t, "app2", "rm -f /var/tmp/seen")
	eventually(t, 3*time.Minute, func() error {
		if on(t, "app2", "ls /var/tmp/seen 2>/dev/null || true") == "" {
			return errors.New("app2 is not at its gate yet")
		}
		return nil
	})
	if err := fleet.Host("app2").Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := fleet.Host("app2").Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	r := result{code: cmd.ProcessState.ExitCode(), err: out.String()}
	r.want(t, 2).has(t, "1 unknown: app2", "1 updated: app1", "odooctl resume")
	t.Logf("the report:\n%s", r.err)
	resumed := odooctl(t, "resume", "last").want(t, 0)
	for _, host := range apps()[1:] {
		resumed.has(t, host+"  changed")
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

// TestRollingAlone: during a rolling run another controller changes none of its hosts,
// not even between two batches.
func TestRollingAlone(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	first, out := background(t, "apply", "-l", "mycompany", "--playbook", playbook(t, `
- hosts: odoo
  rolling: {batches: 1, pause: 6s}
  tasks:
    - file: {path: /etc/rolled, content: "`+fmt.Sprint(time.Now().UnixNano())+`"}
`), inventory())
	eventually(t, 30*time.Second, func() error {
		for _, host := range []string{"app1", "app2"} {
			if !strings.Contains(on(t, host, "readlink /var/lib/odooctl/reserved || true"), "@") {
				return fmt.Errorf("%s is not reserved", host)
			}
		}
		return nil
	})
	other := func(verb ...string) []string {
		return append(verb, "-l", "app2", "--playbook",
			playbook(t, "- hosts: app2\n  tasks:\n    - file: {path: /etc/between, "+
				"content: "+fmt.Sprint(time.Now().Unix())+"}\n"), inventory())
	}
	odooctl(t, other("apply")...).want(t, 75).has(t, "app2: locked by", "goes through the hosts one after the other")
	odooctl(t, other("plan")...).want(t, 0)
	odooctl(t, other("apply", "--lock-timeout", "60s")...).want(t, 0)
	if err := first.Wait(); err != nil {
		t.Errorf("the first run: %v\n%s", err, out)
	}
}
