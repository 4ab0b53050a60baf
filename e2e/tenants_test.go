//go:build lab

package e2e

import "testing"

// TestTenantsByName: an Odoo whose databases are chosen by the first label of a name is applied, also where the first
// name shows none, and where no name does: there is no page of live chat to ask for then.
func TestTenantsByName(t *testing.T) {
	odooctl(t, "apply", "-l", "next1", "--at-once", inventory()).want(t, 0)
	defer odooctl(t, "apply", "-l", "next1", "--at-once", inventory())
	for _, names := range []string{`["*.acme.example"]`, `[acme.example, "*.acme.example"]`, `[acme.example]`} {
		file := edited(t, "server_name: next.mycompany.example", "server_name: "+names, "dbfilter: ^next$", "dbfilter: ^%d$")
		odooctl(t, "apply", "-l", "next1", "--at-once", file).want(t, 0)
		odooctl(t, "plan", "-l", "next1", file).want(t, 0).has(t, "plan: 0 changes")
	}
}
