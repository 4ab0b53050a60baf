package odoo

import (
	"fmt"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
)

// TestNameAsked: every Odoo is asked under a name that shows one database, wherever there is one; else the process for
// live chat is asked what needs none, for its own page does: bus is no server-wide module.
func TestNameAsked(t *testing.T) {
	for _, c := range []struct{ names, databases, filter, want string }{
		{`"*.acme.example"`, "north, south", "^%d$", "north.acme.example"},
		{`acme.example, "*.acme.example"`, "north, south", "^%d$", "north.acme.example"},
		{`"*.acme.example"`, "north_prod, south_prod", "^%d_prod$", "north.acme.example"},
		{`"*.acme.example"`, "crm-north", "^crm-%d$", "north.acme.example"},
		{`"*.acme.example"`, "north.acme.example, acme.example", "^%h$", "north.acme.example"},
		{`acme.example, "*.acme.example"`, "acme.example", "^%h$", "acme.example"},
		{`a.example, b.example`, "mycompany", "^mycompany$", "a.example"},
		{`"shop.*"`, "shop", "^%d$", "shop.example"},
		{`"*.acme.example"`, "", "^%d$", ""},
		{`acme.example`, "north, south", "^%d$", ""},
		{`acme.example`, "north, northern", "^north.*$", ""},
		{`acme.example`, "north_8069", "^north_8069$", "acme.example"},
	} {
		for major := version.First; major <= version.Last; major++ {
			inv, err := inventory.Parse("inventory.yaml", fmt.Appendf(nil, `
hosts: {app1: {address: 192.0.2.1}}
deployments:
  shop:
    odoo: {hosts: [app1], version: %d, databases: [%s], dbfilter: %q}
    nginx: {hosts: [app1], server_name: [%s]}
`, major, c.databases, c.filter, c.names), inventory.Options{})
			if err != nil {
				t.Fatal(err)
			}
			h := tasks.NewFleet(inv, time.Unix(0, 0)).Host("app1").Host
			i := Instance{Deployment: inv.Deployments[0]}
			name, shows := i.hostName(h)
			if shows != (c.want != "") || shows && name != c.want || name == "" {
				t.Errorf("Odoo %d, %s, %s: asked under %s, %v; want %q", major, c.names, c.filter, name, shows, c.want)
			}
			want := chatHealthOf(major)
			if !shows {
				want = healthOf(major)
			}
			if got := i.chatHealth(h, major); got != want {
				t.Errorf("Odoo %d, %s, %s: chat is asked %v, want %v", major, c.names, c.filter, got, want)
			}
		}
	}
}
