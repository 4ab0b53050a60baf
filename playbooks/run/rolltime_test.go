package run

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/remote"
)

// away is a host at some distance, whose Odoo takes a while to restart, in the time of a
// test that does not wait.
type away struct {
	simulated
	trip, restart time.Duration
}

func (a away) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	time.Sleep(a.trip)
	if strings.Contains(script, "\nbegin ") {
		time.Sleep(a.restart)
	}
	return a.simulated.Run(ctx, script, stdin)
}

// TestRollingTime: a rolling apply takes what its hosts take one after the other, and
// deployments that share no host take their time side by side. What the program adds is
// round trips.
func TestRollingTime(t *testing.T) {
	t.Parallel()
	const trip, restart = 20 * time.Millisecond, 8 * time.Second
	for _, c := range []struct {
		hosts, deployments int
		sizes              string // --batch; "": as the playbook says
		inTurn             int    // restarts one after the other
	}{
		{4, 1, "", 4}, {4, 2, "", 2}, {4, 1, "all", 1},
		{40, 1, "", 40}, {40, 20, "", 2}, {40, 1, "1,25%", 5}, {40, 1, "all", 1},
	} {
		t.Run(fmt.Sprintf("%d hosts of %d, --batch %q", c.hosts, c.deployments, c.sizes), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var text strings.Builder
				fmt.Fprintf(&text, "hosts: {db1: {}, web1: {}, \"app[1:%d]\": {}}\ndeployments:\n", c.hosts)
				for i, each := 0, c.hosts/c.deployments; i < c.deployments; i++ {
					fmt.Fprintf(&text, "  d%d: {odoo: {hosts: [\"app[%d:%d]\"], version: \"14.0\"}, postgresql: {host: db1, "+
						"role: {name: r%[1]d, password: correct-horse}}, nginx: {hosts: [web1], server_name: d%[1]d.example.com}}\n",
						i, i*each+1, (i+1)*each)
				}
				d := newDesk(t)
				d.options = func(o *Options) {
					o.Forks, o.Runs = c.hosts, ""
					o.Connect = func(context.Context, *inventory.Host) (connect.Shell, error) {
						time.Sleep(trip)
						return away{simulated{}, trip, restart}, nil
					}
					var err error
					if o.Rolling, err = playbooks.ParseRoll(c.sizes, ""); err != nil {
						t.Fatal(err)
					}
				}
				began := time.Now()
				report, err := d.apply(t.Context(), parsed(t, text.String()), played(t, "- {name: Odoo, hosts: odoo, rolling: "+
					"{batches: 1, serving: true}, tasks: [test.restart: {unit: odoo.service, verb: restart}]}\n"))
				if err != nil {
					t.Fatal(err)
				}
				if got := report.Changes(); got != c.hosts {
					t.Errorf("%d changes, want %d", got, c.hosts)
				}
				took := time.Since(began)
				added := took - time.Duration(c.inTurn)*restart
				t.Logf("%v, of which %v are restarts in turn", took, took-added)
				if most := time.Duration(3*c.inTurn+10) * trip; added < 0 || added > most {
					t.Errorf("%v beside %d restarts in turn, want at most %v", added, c.inTurn, most)
				}
			})
		})
	}
}
