//go:build lab

package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"odooctl/lab"
)

// TestReboot: a host that needs a reboot is rebooted without requests, and gets them
// again when it serves.
func TestReboot(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	const which = "cat /proc/sys/kernel/random/boot_id"
	was, other := on(t, "app2", which), on(t, "app1", which)
	on(t, "app2", "touch /run/reboot-required")
	f := begin(t, "app2: rebooting", "apply", "-l", "mycompany", "--timings", "--playbook", "reboot", inventory())
	eventually(t, time.Minute, func() error { // a real machine would boot by itself
		if _, err := fleet.Host("app2").PID(); !errors.Is(err, lab.ErrDown) {
			return fmt.Errorf("app2 is up: %v", err)
		}
		return nil
	})
	if err := fleet.Host("app2").Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := f.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, f.said())
	}
	t.Logf("it said:\n%s", f.said())
	if now := on(t, "app2", which); now == was || on(t, "app1", which) != other {
		t.Error("app2 was not rebooted, or app1 was")
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	odooctl(t, "apply", "-l", "mycompany", "--playbook", "reboot", inventory()).want(t, 0).has(t, "plan: 0 changes")
	alone := playbook(t, "- hosts: db1\n  tasks: [{reboot: {always: true}}]\n")
	odooctl(t, "apply", "--playbook", alone, inventory()).want(t, 2).has(t, "Odoo of mycompany uses PostgreSQL on db1",
		"in_use: true")
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}
