package run

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/remote"
)

// lengthy is a simulated host whose transaction, with the restart and the gates in it, takes a while.
type lengthy struct {
	simulated
	takes time.Duration
}

func (l lengthy) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	if strings.Contains(script, "\nbegin ") {
		time.Sleep(l.takes)
	}
	return l.simulated.Run(ctx, script, stdin)
}

// TestRollingTakes: a rolling apply takes the time of one host for each batch, however many hosts are in it, and
// nothing between them.
func TestRollingTakes(t *testing.T) {
	t.Parallel()
	const one = 20 * time.Second
	for _, c := range []struct {
		hosts   int
		batches string
		want    time.Duration
	}{
		{4, "1", 4 * one}, {40, "1", 40 * one},
		{4, "[1, 25%, 100%]", 3 * one}, {40, "[1, 25%, 100%]", 3 * one},
		{40, "4", 10 * one},
	} {
		t.Run(fmt.Sprintf("%d hosts, batches %s", c.hosts, c.batches), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inv := parsed(t, fmt.Sprintf("hosts: {\"app[1:%d]\": {}}\ndeployments:\n"+
					"  one: {odoo: {hosts: [\"app[1:%[1]d]\"], version: \"14.0\"}}\n", c.hosts))
				d := newDesk(t)
				d.options = func(o *Options) {
					o.Forks = 100
					o.Connect = func(context.Context, *inventory.Host) (connect.Shell, error) {
						return lengthy{takes: one}, nil
					}
				}
				began := time.Now()
				report, err := d.apply(t.Context(), inv, played(t, fmt.Sprintf(
					"- {name: app, hosts: odoo, rolling: {batches: %s}, tasks: [test.work]}", c.batches)))
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); report.Exit() != 0 || took < c.want || took > c.want+time.Second {
					t.Errorf("exit %d after %v, want %v", report.Exit(), took, c.want)
				}
			})
		})
	}
}
