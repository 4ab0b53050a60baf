//go:build lab

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const shop = "odoo.mycompany.example"

// apps are the Odoo hosts behind web1: four in the whole form.
func apps() []string {
	if *thorough {
		return []string{"app1", "app2", "app3", "app4"}
	}
	return []string{"app1", "app2"}
}

// behind is the lab's inventory with all of those, edited.
func behind(t *testing.T, pairs ...string) string {
	t.Helper()
	if !*thorough && len(pairs) == 0 {
		return inventory()
	}
	if !*thorough {
		return edited(t, pairs...)
	}
	return edited(t, append(pairs,
		"hosts: [app1, app2]", "hosts: [app1, app2, app3, app4]",
		"  web1: {address", "  app3: {address: "+subnet+"13}\n  app4: {address: "+subnet+"14}\n  web1: {address")...)
}

// withAll applies that inventory. The function removes additional hosts again.
func withAll(t *testing.T) (string, func()) {
	t.Helper()
	file := behind(t)
	odooctl(t, "apply", file).want(t, 0)
	return file, func() {
		t.Helper()
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
		for _, host := range apps()[2:] {
			on(t, host, "systemctl stop odoo")
		}
	}
}

// outOfService lists the backends that get no requests on web1.
func outOfService(t *testing.T) string {
	t.Helper()
	return on(t, "web1", "grep -hE 'server .* (down|drain);' /etc/nginx/sites-available/odooctl-mycompany.conf || true")
}

// onApps returns a script's output on each Odoo host.
func onApps(t *testing.T, script string) (list []string) {
	t.Helper()
	for _, host := range apps() {
		list = append(list, strings.TrimSpace(on(t, host, script)))
	}
	return list
}

// TestRollingRestart restarts the Odoo hosts behind a proxy while users work, and then
// gives them a new configuration.
func TestRollingRestart(t *testing.T) {
	file, restore := withAll(t)
	defer restore()
	const invocation = "systemctl show -p InvocationID odoo"
	was := onApps(t, invocation)
	users := watching(t, atShop)
	run := odooctl(t, "apply", "-l", "mycompany", "--playbook", "rolling-restart", file)
	users.noticed(t)
	n := len(apps())
	run.want(t, 0).has(t, fmt.Sprintf("Odoo, batch 1 of %d: app1", n), "app1: taken out of the nginx of mycompany",
		fmt.Sprintf("Odoo, batch %d of %[1]d: app%[1]d", n))
	t.Logf("what the run said:\n%s", run.err)
	history := odooctl(t, "history", "last").has(t, "timeline:", "app1  gets no requests in ",
		"restarting odoo.service in ", "app1  gets requests again in ")
	t.Logf("what it did when:\n%s", history.out)
	for i, now := range onApps(t, invocation) {
		if now == was[i] {
			t.Errorf("%s was not restarted", apps()[i])
		}
	}

	if !*thorough { // TestApplyRolls gives two hosts a new configuration
		return
	}
	file = behind(t, "limit_time_real: 1200", "limit_time_real: 1201")
	users = watching(t, atShop)
	run = odooctl(t, "apply", "-l", "mycompany", "--playbook", "config-update", file)
	users.noticed(t)
	batches := []string{"batch 1 of 2: app1", "batch 2 of 2: app2"}
	if n == 4 {
		batches = []string{"batch 1 of 3: app1", "batch 2 of 3: app2", "batch 3 of 3: app3, app4"}
	}
	run.want(t, 0).has(t, batches...)
	if got := onApps(t, "grep ^limit_time_real /etc/odoo/odoo.conf"); slices.ContainsFunc(got,
		func(line string) bool { return !strings.HasSuffix(line, "1201") }) {
		t.Errorf("the hosts have %q", got)
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

// TestRollingStopsAtABrokenHost gives the hosts a new configuration, with which Odoo on
// one of them does not start. Those before it have it, and those after it do not.
func TestRollingStopsAtABrokenHost(t *testing.T) {
	_, restore := withAll(t)
	defer restore()
	broken := len(apps())/2 - 1
	for i, host := range apps() {
		if i != broken {
			on(t, host, "install -d -o odoo /var/lib/pids")
			defer on(t, host, "rm -r /var/lib/pids")
		}
	}
	file := behind(t, "limit_time_real: 1200", "limit_time_real: 1210\n        pidfile: /var/lib/pids/odoo.pid")
	users := watching(t, atShop)
	run := odooctl(t, "apply", "-l", "mycompany", "--batch", "1", "--playbook", "config-update", file)
	users.noticed(t)
	words := []string{"1 put back: app1", "1 untouched: app2"}
	want := []string{"1200", "1200"}
	if *thorough {
		words = []string{"1 put back: app2", "1 updated: app1", "2 untouched: app3, app4"}
		want = []string{"1210", "1200", "1200", "1200"}
	}
	run.want(t, 5).has(t, append(words, "/var/lib/pids/odoo.pid")...)
	t.Logf("the report:\n%s%s", run.err, run.out)
	got := onApps(t, "grep ^limit_time_real /etc/odoo/odoo.conf | grep -o '....$'")
	if !slices.Equal(got, want) {
		t.Errorf("the hosts have %q, want %q", got, want)
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
}
