package odoo_test

import (
	"fmt"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks/odoo"
)

// BenchmarkAdvise100DeploymentsOf100Databases checks deployments whose role owns all databases
// of one server, for a version and for all of them.
func BenchmarkAdvise100DeploymentsOf100Databases(b *testing.B) {
	for _, version := range []string{`"16.0"`, ""} {
		b.Run("version "+version, func(b *testing.B) {
			inv, err := inventory.Parse("inventory.yaml", crowded(version), inventory.Options{})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if warnings, errs := odoo.AdviseAll(inv); len(errs) > 0 || len(warnings) == 0 {
					b.Fatal(warnings, errs)
				}
			}
		})
	}
}

// crowded is 100 deployments of one PostgreSQL and one role.
func crowded(version string) []byte {
	if version != "" {
		version = "version: " + version + ", "
	}
	var hosts, deployments strings.Builder
	for i := range 100 {
		var databases []string
		for n := range 100 {
			databases = append(databases, fmt.Sprintf("d%dx%d", i, n))
		}
		fmt.Fprintf(&hosts, "  app%d: {address: 10.0.1.%d}\n", i, i+1)
		fmt.Fprintf(&deployments, `  shop%d:
    odoo: {hosts: [app%d], %sdatabases: [%s]}
    postgresql: {host: db1, role: {password: {env: X}}}
    nginx: {hosts: [db1], server_name: s%d.example, tls: {self_signed: true}}
`, i, i, version, strings.Join(databases, ", "), i)
	}
	return []byte("hosts:\n  db1: {address: 10.0.0.1}\n" + hosts.String() + "deployments:\n" + deployments.String())
}
