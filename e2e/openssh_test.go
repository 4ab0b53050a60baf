//go:build lab

package e2e

import "testing"

// TestTransportOpenSSH: the machine's own ssh instead of the program's.
func TestTransportOpenSSH(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	file := edited(t, "  user: deploy\n", "  user: deploy\n  transport: openssh\n")
	on(t, "web1", smallBodies)
	odooctl(t, "apply", file).want(t, 0).has(t, "-    client_max_body_size 1m;")
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)

	stranger := edited(t, "  user: deploy\n", "  user: nobody-here\n  transport: openssh\n")
	odooctl(t, "plan", stranger).want(t, 4).has(t, "db1: reach", "Permission denied")
}
