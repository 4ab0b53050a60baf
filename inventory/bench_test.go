package inventory

import (
	"fmt"
	"strings"
	"testing"
)

// bigFleet writes 10,000 hosts out one by one, in 10 groups, with 1,000 deployments of 8
// Odoo hosts each.
func bigFleet() []byte {
	var b strings.Builder
	b.WriteString("ssh: {user: deploy, identity_file: /id, known_hosts: [known_hosts], jump: bastion.example.com}\n" +
		"hosts:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  h%d: {address: 10.%d.%d.%d, ssh: {port: 2222}}\n", i, i>>16, i>>8&255, i&255)
	}
	b.WriteString("groups:\n")
	for g := range 10 {
		fmt.Fprintf(&b, "  g%d: {hosts: [\"h[%d:%d]\"], ssh: {connect_timeout: 5s}}\n", g, g*1000, g*1000+999)
	}
	b.WriteString("deployments:\n")
	for d := range 1000 {
		fmt.Fprintf(&b, `  d%d:
    odoo: {hosts: ["h[%d:%d]"], version: "17.0", users: 60, databases: [db%d], options: {limit_time_real: 1200}}
    postgresql: {host: h%d, allow: [10.0.0.0/8], role: {password: {env: PW}}}
    nginx: {hosts: [h%d], server_name: d%d.example.com, tls: {self_signed: true}}
`, d, d*10, d*10+7, d, d*10+8, d*10+9, d)
	}
	return []byte(b.String())
}

func BenchmarkParseAndMatch10000Hosts(b *testing.B) {
	data := bigFleet()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		inv, err := Parse("inventory.yaml", data, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, pattern := range []string{"odoo:&g3:!h3000", "h*:!g[1:8]", "h[0:9999]"} {
			hosts, err := inv.Match(pattern)
			if err != nil || len(hosts) == 0 {
				b.Fatal(len(hosts), err)
			}
		}
	}
}
