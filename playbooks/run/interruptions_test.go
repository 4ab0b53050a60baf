package run

import (
	"strings"
	"testing"

	"odooctl/tasks/odoo"
)

// TestInterruptions: what users will notice, by how a play goes over the hosts that serve
// them.
func TestInterruptions(t *testing.T) {
	t.Parallel()
	const inventory = `
hosts: {db1: {}, app1: {}, app2: {}, app3: {}, web1: {}}
deployments:
  two: {odoo: {hosts: [app1, app2]}, postgresql: {host: db1, role: {name: two, password: correct-horse}}, nginx: {hosts: [web1], server_name: two.example.com}}
  one: {odoo: {hosts: [app3]}, postgresql: {host: db1, role: {name: one, password: correct-horse}}, nginx: {hosts: [web1], server_name: one.example.com}}
  bare: {odoo: {hosts: [app3], http_port: 8100, chat_port: 8101}}
`
	const drained = "rolling: {batches: 1, serving: true, drain: true}, "
	for _, c := range []struct{ name, hosts, rolling, unit, want string }{
		{"in turn", "odoo", drained, "odoo.service", `users of two notice nothing: app1, app2 in turn
users of one see the maintenance page while app3 restarts`},
		{"at once", "odoo", "", "odoo.service", `users of two get errors while app1, app2 restart
users of one get errors while app3 restarts`},
		{"in turn, not drained", "odoo", "rolling: {batches: 1}, ", "odoo.service",
			`users of two get errors while app1, app2 restart
users of one get errors while app3 restarts`},
		{"PostgreSQL", "postgresql", drained, "postgresql@15-main.service",
			`users of two see the maintenance page while db1 restarts
users of one see the maintenance page while db1 restarts`},
		{"nginx", "nginx", drained, "nginx.service", `users of two get errors while web1 restarts
users of one get errors while web1 restarts`},
		{"a reboot", "nginx", drained, "", `users of two get errors while web1 restarts
users of one get errors while web1 restarts`},
		{"a spare", "odoo:!app1:!app2", drained, "odoo.service",
			"users of one notice nothing: a spare Odoo serves while app3 restarts"},
		{"no room for a spare", "odoo:!app1:!app2", drained, "odoo.service", "users of one see the maintenance page while " +
			"app3 restarts: a spare Odoo of one needs about 500 MiB, and app3 has 400 MiB left"},
		{"a spare, at once", "odoo:!app1:!app2", "", "odoo.service", "users of one get errors while app3 restarts"},
		{"a spare would need PostgreSQL", "postgresql", drained, "postgresql@15-main.service",
			`users of two see the maintenance page while db1 restarts
users of one see the maintenance page while db1 restarts`},
		{"something else", "odoo", drained, "cron.service", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "db1", "app1", "app2", "app3", "web1")
			task, inv := "test.restart: {unit: "+c.unit+", verb: restart}", inventory
			if c.unit == "" {
				task = "test.reboot"
			}
			if strings.Contains(c.name, "spare") {
				inv = strings.ReplaceAll(inv, "[app3]}, postgresql", "[app3], rolling: {spare: true}}, postgresql")
			}
			r, err := Read(t.Context(), parsed(t, inv),
				played(t, "- {name: p, hosts: "+c.hosts+", "+c.rolling+"tasks: ["+task+"]}\n"), d.opts())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			r.spares[place{"app3", "one"}] = spare{}
			if strings.Contains(c.name, "no room") {
				r.spares[place{"app3", "one"}] = spare{room: &odoo.NoRoomError{Host: "app3", Deployment: "one", Needs: 500 << 20,
					Available: 400 << 20}}
			}
			var said []string
			for _, i := range r.Interruptions() {
				said = append(said, i.String())
			}
			if got := strings.Join(said, "\n"); got != c.want {
				t.Errorf("%s\nwant\n%s", got, c.want)
			}
		})
	}
}
