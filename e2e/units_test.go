//go:build lab

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestUnitStates acts on slow units on hosts with systemd 247, 252 and 262: units
// between two states are waited for, failed ones are put back, and unrelated ones keep
// running.
func TestUnitStates(t *testing.T) {
	text, err := os.ReadFile("testdata/units.sh")
	if err != nil {
		t.Fatal(err)
	}
	file := func(unit, verb string) string {
		return fmt.Sprintf("    - file: {path: /etc/e2e/%s, content: good, owner: root, %s: e2e-%[1]s.service}\n",
			unit, verb)
	}
	tasks := file("hangup", "reload") + file("reload", "reload") + file("slow", "restart") +
		file("forking", "restart") + file("remains", "restart")
	for i, host := range []string{"app1", "db1", "next1"} {
		if !each(3, i) {
			continue
		}
		t.Run(host, func(t *testing.T) {
			on(t, host, string(text))
			defer on(t, host,
				"cd /etc/systemd/system; systemctl stop 'e2e-*'; rm -rf e2e-*.service /etc/e2e /usr/local/lib/e2e /run/e2e-*; "+
					"systemctl daemon-reload; systemctl reset-failed 'e2e-*' 2>/dev/null; true")
			apply := func(tasks string) result {
				return odooctl(t, "apply", "-l", host, "--playbook", playbook(t, "- hosts: "+host+"\n  tasks:\n"+tasks),
					inventory())
			}
			runs := func(units ...string) string {
				return on(t, host, "systemctl show -p Id,ActiveState,InvocationID e2e-"+strings.Join(units, " e2e-"))
			}

			apply(strings.ReplaceAll(tasks, "good", "new")+"    - unit: {name: e2e-once.service}\n").want(t, 0)
			if ran := on(t, host, "cat /run/e2e-once; systemctl is-active e2e-hangup e2e-reload e2e-slow e2e-forking "+
				"e2e-remains"); ran != "ran\n"+strings.Repeat("active\n", 5) {
				t.Errorf("after the change: %q", ran)
			}

			others := runs("hangup", "reload", "slow", "forking", "refuses")
			down := runs("dies", "needs", "again")
			for unit, verb := range map[string]string{"dies": "restart", "again": "restart", "refuses": "reload"} {
				apply(strings.Replace(file(unit, verb), "good", "bad", 1)).want(t, 5).has(t,
					verb+" e2e-"+unit, "put back")
			}
			if now := runs("hangup", "reload", "slow", "forking", "refuses"); now != others {
				t.Errorf("units that were not to be restarted:\n%s\nwere:\n%s", now, others)
			}
			if now := runs("dies", "needs", "again"); strings.Count(now, "ActiveState=active") != 3 || now == down {
				t.Errorf("units that fell over, and what needs them:\n%s", now)
			}
			if left := on(t, host, "cat /etc/e2e/dies /etc/e2e/again /etc/e2e/refuses"); left != "good\ngood\ngood\n" {
				t.Errorf("files after all was put back: %q", left)
			}
		})
	}
}

// TestRefusedUnit: a unit that systemd would refuse is, before its file is in place; one of which that can be said at
// once, before a host is asked.
func TestRefusedUnit(t *testing.T) {
	apply := func(definition string) result {
		book := playbook(t, "- hosts: web1\n  tasks:\n    - unit: {name: e2e-nonsense.service, definition: "+definition+"}\n")
		return odooctl(t, "apply", "-l", "web1", "--playbook", book, inventory())
	}
	apply("nonsense").want(t, 1).has(t, "unit e2e-nonsense.service: line 1 is neither [Section] nor Key=value")
	apply(`"[Service]\nExecStart=/no/program\n"`).want(t, 5).has(t, "systemd-analyze verify e2e-nonsense.service",
		"Command /no/program is not executable", "put back")
	left := on(t, "web1", "ls /etc/systemd/system | grep e2e || true; systemctl --failed --plain --no-legend")
	if left != "" {
		t.Errorf("left over: %s", left)
	}
}

// TestSysctl: a rollback brings back the value that the kernel ran with, which no file has.
func TestSysctl(t *testing.T) {
	runs := func() string { return strings.TrimSpace(on(t, "web1", "cat /proc/sys/net/ipv4/ip_forward")) }
	was, want := runs(), "1"
	if was == want {
		want = "0"
	}
	book := playbook(t, "- hosts: web1\n  tasks:\n    - sysctl: {name: 60-e2e, settings: {net.ipv4.ip_forward: "+want+
		"}}\n")
	odooctl(t, "apply", "-l", "web1", "--playbook", book, inventory()).want(t, 0).has(t,
		"kernel net.ipv4.ip_forward: "+was+" -> "+want)
	if now := runs(); now != want {
		t.Errorf("the kernel runs with %s, want %s", now, want)
	}
	odooctl(t, "plan", "-l", "web1", "--detailed-exitcode", "--playbook", book, inventory()).want(t, 0)
	odooctl(t, "rollback", "last").want(t, 0)
	if now := runs(); now != was {
		t.Errorf("rolled back, the kernel runs with %s; before it was %s", now, was)
	}
	on(t, "web1", "[ ! -e /etc/sysctl.d/60-e2e.conf ]")
}
