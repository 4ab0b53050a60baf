//go:build lab

package e2e

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills",
		1, "moments at which a rolling update is killed, and a third of those at which five hosts are")
	killsSeed = flag.Uint64("kills.seed", 1, "seed of those moments")
)

// TestRollingKilled kills rolling updates with SIGKILL at random moments of their
// duration. A resume completes, and leaves no host without requests.
func TestRollingKilled(t *testing.T) {
	_, restore := withAll(t)
	defer restore()
	random := rand.New(rand.NewPCG(*killsSeed, 0))
	t.Logf("-kills %d -kills.seed %d", *kills, *killsSeed)
	update := func(value int) []string {
		return []string{"apply", "-l", "mycompany", "--lock-timeout", "60s", "--playbook", "config-update",
			behind(t, "limit_time_real: 1200", fmt.Sprintf("limit_time_real: %d", value))}
	}
	whole := odooctl(t, update(1220)...).want(t, 0).took
	for i := range *kills {
		args := update(1221 + i)
		file := args[len(args)-1]
		began := time.Now()
		cmd, out := background(t, args...)
		time.Sleep(time.Duration(random.Int64N(int64(whole))))
		cmd.Process.Signal(syscall.SIGKILL)
		ended := cmd.Wait() == nil
		after := time.Since(began)
		left := outOfService(t)
		resumed := "nothing to resume"
		if last := odooctl(t, "history", "-o", "json", "last"); !ended && strings.Contains(last.out, file) &&
			!strings.Contains(last.out, `"running": true`) {
			r := odooctl(t, "resume", "last").want(t, 0)
			resumed = strings.TrimSpace(r.err)
		}
		odooctl(t, args...).want(t, 0)
		t.Logf("killed after %v of %v, out of service then: %q; it had said:\n%s\nthe resume:\n%s",
			after, whole, left, out, resumed)
		if out := outOfService(t); out != "" {
			t.Errorf("killed after %v, still out of service: %s", after, out)
		}
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	}
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
		if !strings.Contains(on(t, "app1", "cat /etc/rolled 2>/dev/null; readlink /var/lib/odooctl/reserved || true"),
			"@") {
			return fmt.Errorf("not begun")
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
