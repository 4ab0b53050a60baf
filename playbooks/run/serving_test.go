package run

import (
	"context"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"strings"
	"testing"
)

// twoCompanies are two deployments of two Odoo hosts each, behind one nginx.
const twoCompanies = `
hosts: {db1: {}, app1: {}, app2: {}, app3: {}, app4: {}, web1: {}}
deployments:
  one: {odoo: {hosts: [app1, app2], version: "14.0"}, postgresql: {host: db1, role: {name: one, password: correct-horse}}, nginx: {hosts: [web1], server_name: one.example.com}}
  two: {odoo: {hosts: [app3, app4], version: "14.0"ROLLS}, postgresql: {host: db1, role: {name: two, password: correct-horse}}, nginx: {hosts: [web1], server_name: two.example.com}}
`

// TestServing: hosts that serve are done one after the other in each deployment, and a
// failure stops only its own. The others are done at once.
func TestServing(t *testing.T) {
	t.Parallel()
	const play = "- {name: app, hosts: odoo, rolling: {batches: 1, serving: true}, tasks: [test.restart: {unit: " +
		"odoo.service, verb: VERB}, test.file: {path: /etc/app.conf, text: \"workers = 2\\n\"}]}\n"
	for _, c := range []struct {
		name, verb, rolls, sizes, fails, together, states string
		batches                                           int
	}{
		{name: "restarted", verb: "restart", together: "app1 app3, app2 app4", batches: 2},
		{name: "reloaded", verb: "reload", together: "app1 app2 app3 app4"},
		{name: "off in the inventory", verb: "restart", rolls: ", rolling: off", together: "app1 app3 app4", batches: 1},
		{name: "at once", verb: "restart", sizes: "all", together: "app1 app2 app3 app4"},
		{name: "one fails", verb: "restart", fails: "app1", batches: 2, states: "app1 put back, app2 skipped, app3 " +
			"changed, app4 changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "db1", "app1", "app2", "app3", "app4", "web1")
			d.options = func(o *Options) {
				var err error
				if o.Rolling, err = playbooks.ParseRoll(c.sizes, ""); err != nil {
					t.Fatal(err)
				}
			}
			d.meddle = together(c.together, func(ctx context.Context, host string) (remote.Result, error, bool) {
				if res, err, no := failing(c.fails)(ctx, host); no {
					return res, err, true
				}
				return remote.Result{}, nil, true
			})
			report, err := d.apply(t.Context(), parsed(t, strings.ReplaceAll(twoCompanies, "ROLLS", c.rolls)),
				played(t, strings.ReplaceAll(play, "VERB", c.verb)))
			if err != nil {
				t.Fatal(err)
			}
			if want := c.states; want != "" && states(report) != want {
				t.Errorf("%s, want %s", states(report), want)
			} else if want == "" && report.Exit() != 0 {
				t.Errorf("exit %d: %s", report.Exit(), states(report))
			}
			cut := 0
			for _, e := range d.find("last").Entries {
				if e.Type == journal.BatchesCut {
					cut++
				}
			}
			if cut != c.batches {
				t.Errorf("%d plays rolled, want %d", cut, c.batches)
			}
		})
	}
}
