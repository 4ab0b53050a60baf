//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// withSpare is an inventory in which the deployment on one host has a spare Odoo, and an
// option of its own.
func withSpare(t *testing.T, seconds int) string {
	return edited(t, "      databases: [next]", fmt.Sprintf("      databases: [next]\n      rolling: {spare: true}\n"+
		"      options: {limit_time_real: %d}", seconds))
}

// noSpare fails the test if something of a spare is left on its host.
func noSpare(t *testing.T) {
	t.Helper()
	if left := on(t, "next1", "ls /etc/odoo/* /etc/systemd/system/* | grep spare || true; ss -Hltn 'sport = :18069'; "+
		"grep -rl 'spare of' /etc/nginx || true"); left != "" {
		t.Errorf("of the spare is left: %s", left)
	}
}

// TestSpare: on one host a spare Odoo serves while the one that users have restarts, and
// nobody notices. Whatever moment a run dies at, the next brings all back, and a rollback
// leaves no spare.
func TestSpare(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer func() { odooctl(t, "apply", "--at-once", inventory()).want(t, 0); noSpare(t) }()

	t.Run("nobody notices", func(t *testing.T) {
		file := withSpare(t, 1231)
		odooctl(t, "plan", "--no-diff", file).want(t, 0).has(t,
			"users of next notice nothing: a spare Odoo serves while next1 restarts")
		odooctl(t, "plan", "-o", "json", file).want(t, 0).has(t, `"notice": "nothing"`, `"spare": true`)
		users := watching(t, atNext)
		f := begin(t, "next1: applying", "apply", "--no-diff", file)
		is := on(t, "next1", "stat -c '%a %U:%G' /etc/odoo/spare@next.conf; grep -c 18069 "+
			"/etc/nginx/sites-available/odooctl-next.conf; systemctl show -p ExecStart odoo@spare-next")
		if !strings.HasPrefix(is, "640 root:odoo\n1\n") || !strings.Contains(is, "--max-cron-threads=0") {
			t.Errorf("while the spare serves: %s", is)
		}
		run := f.ends()
		saw := users.noticed(t)
		if run.want(t, 0); saw.Pages() > 0 {
			t.Errorf("%d requests met the page", saw.Pages())
		}
		t.Logf("what the run said:\n%s\n%s", run.err, odooctl(t, "history", "last").out)
		noSpare(t)
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
		odooctl(t, "rollback", "last").want(t, 0)
		noSpare(t)
	})

	for i, moment := range []string{"next1: a spare Odoo of next serves", "next1: applying"} {
		long(t, "killed at "+moment, func(t *testing.T) {
			file := withSpare(t, 1240+i)
			users := watching(t, atNext)
			f := begin(t, moment, "apply", file)
			f.signal(t, syscall.SIGKILL)
			f.cmd.Wait()
			t.Logf("left: %s", on(t, "next1", "grep -rh 'spare of\\|Out of service' /etc/nginx || true; "+
				"systemctl is-active odoo@spare-next || true"))
			t.Logf("the plan: %s", odooctl(t, "plan", "--lock-timeout", "60s", "--no-diff", file).want(t, 0).err)
			run := odooctl(t, "apply", "--lock-timeout", "60s", "--no-diff", file).want(t, 0)
			if n := users.noticed(t).Pages(); n > 0 {
				t.Errorf("%d requests met the page", n)
			}
			t.Logf("the next apply:\n%s", run.err)
			noSpare(t)
			odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
		})
	}
}
