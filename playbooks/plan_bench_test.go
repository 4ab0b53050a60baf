package playbooks

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// fleetOf returns an inventory of deployments with four hosts each.
func fleetOf(b *testing.B, deployments int) *inventory.Inventory {
	b.Helper()
	var hosts, list strings.Builder
	for i := range deployments {
		for j, name := range []string{"db", "app1-", "app2-", "web"} {
			fmt.Fprintf(&hosts, "  %s%d: {address: 10.%d.%d.%d}\n", name, i, i/250, i%250, j+1)
		}
		fmt.Fprintf(&list, `  shop%d:
    odoo: {hosts: [app1-%d, app2-%d], databases: [shop%d], users: 60}
    postgresql: {host: db%d, access: network, role: {name: odoo, password: {env: DB}}, settings: {max_connections: 200}}
    nginx: {hosts: [web%d], server_name: shop%d.example.com, tls: {self_signed: true}}
`, i, i, i, i, i, i, i)
	}
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n"+hosts.String()+"deployments:\n"+list.String()),
		inventory.Options{Env: func(string) string { return "a password" }})
	if err != nil {
		b.Fatal(err)
	}
	return inv
}

// BenchmarkPlan plans site on fresh hosts from memory, as every round of reading
// does. ns/host says whether it grows with the fleet.
func BenchmarkPlan(b *testing.B) {
	book, err := Embedded("site")
	if err != nil {
		b.Fatal(err)
	}
	for _, deployments := range []int{1, 25, 250, 2500} {
		inv := fleetOf(b, deployments)
		stages, err := book.Stages(inv, "", "")
		if err != nil {
			b.Fatal(err)
		}
		fleet := tasktest.Read(b, inv, stages)
		perHost := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(inv.Hosts)), "ns/host")
		}
		b.Run(fmt.Sprintf("plan/hosts=%d", len(inv.Hosts)), func(b *testing.B) {
			for b.Loop() {
				fleet.Plan(stages)
			}
			perHost(b)
		})
		b.Run(fmt.Sprintf("print/hosts=%d", len(inv.Hosts)), func(b *testing.B) {
			for b.Loop() {
				var plans []*tasks.Plan
				for _, h := range inv.Hosts {
					plans = append(plans, fleet.Host(h.Name).Plan(0, len(stages)-1))
				}
				tasks.WritePlans(io.Discard, plans, tasks.Style{Diffs: true})
			}
			perHost(b)
		})
		b.Run(fmt.Sprintf("pack/hosts=%d", len(inv.Hosts)), func(b *testing.B) {
			for b.Loop() {
				for _, h := range inv.Hosts {
					fleet.Host(h.Name).Plan(0, len(stages)-1).Pack(tasks.Run{ID: "run"})
				}
			}
			perHost(b)
		})
	}
}
