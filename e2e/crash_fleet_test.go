//go:build lab

package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// ofOthers is a playbook for five hosts whose files are in folders of root's and of
// others, one with a server that reads them.
func ofOthers(t *testing.T, value int) string {
	return playbook(t, strings.ReplaceAll(`
- hosts: all
  tasks:
    - directory: {path: /srv/rep/sub, owner: postgres, group: postgres, mode: "0750"}
    - file: {path: /srv/rep/conf, content: "VALUE", owner: postgres, mode: "0640"}
    - file: {path: /srv/rep/sub/conf, content: "VALUE", owner: postgres, group: postgres}
    - link: {path: /srv/rep/link, target: /srv/rep/VALUE}
    - file: {path: /etc/nginx/conf.d/e2e.conf, content: "# VALUE"}
    - file: {path: /etc/e2e, content: "VALUE"}
- hosts: db1
  tasks:
    - file: {path: /etc/postgresql/15/main/conf.d/60-e2e.conf, content: "work_mem = VALUEkB", owner: postgres, group: postgres, reload: postgresql@15-main.service}
`, "VALUE", fmt.Sprint(value)))
}

// TestKilledOnFiveHosts kills runs with SIGKILL at random moments: the program, or its
// shell on one of the hosts. After each the next run converges on all of them, and
// nothing is left of the killed one. The full test is -kills 30, which is sixty.
func TestKilledOnFiveHosts(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	fleetOf := []string{"db1", "app1", "app2", "web1", "next1"}
	for _, host := range fleetOf {
		on(t, host, "install -d -o postgres -g postgres /srv/rep")
	}
	defer func() {
		for _, host := range fleetOf {
			on(t, host, "rm -rf /srv/rep /etc/postgresql/*/main/conf.d/60-e2e.conf /etc/nginx/conf.d/e2e.conf /etc/e2e")
		}
	}()
	run := func(verb string, value int, more ...string) []string {
		return append(append([]string{verb, "--playbook", ofOthers(t, value)}, more...), inventory())
	}
	value := 1000
	odooctl(t, run("apply", value)...).want(t, 0)
	value++
	whole := odooctl(t, run("apply", value, "--no-diff")...).want(t, 0).took
	count, random := 2**kills, rand.New(rand.NewPCG(*killsSeed, 0))
	if *thorough {
		count = max(count, 60)
	}
	ends := map[string]int{}
	for i := range count {
		value++
		level, host, after := []string{"client", "sshd", "shell"}[i%3], fleetOf[i%5],
			time.Duration(random.Int64N(int64(whole)))
		cmd, out := background(t, run("apply", value, "--no-diff")...)
		time.Sleep(after)
		strike(t, level, host, cmd)
		ends[fmt.Sprintf("%s, exit %d", level, cmd.ProcessState.ExitCode())]++
		odooctl(t, run("apply", value, "--no-diff", "--lock-timeout", "60s")...).want(t, 0)
		odooctl(t, run("plan", value, "--detailed-exitcode")...).want(t, 0)
		for _, host := range fleetOf {
			if left := on(t, host, leftovers); left != "" {
				t.Errorf("%s killed on %s after %v: left over on %s: %s\nthe run had said:\n%s",
					level, fleetOf[i%5], after, host, left, out)
			}
		}
	}
	t.Logf("%d runs of %v killed, -kills %d -kills.seed %d: %v", count, whole, *kills, *killsSeed, ends)
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}
