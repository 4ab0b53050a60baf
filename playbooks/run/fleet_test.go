package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

func init() {
	tasks.Register("test.work", "work that needs nothing to be read", func() tasks.Task { return &testWork{} })
}

// testWork asks for a command, and for nothing to be read.
type testWork struct{}

func (testWork) Plan(h *tasks.Host) error {
	h.Command(tasks.Command{Title: "work", Run: "true"})
	return nil
}

// simulated is the shell of a host that says little of itself, and how its
// transaction ended.
type simulated struct{ code tasks.ExitCode }

func (s simulated) Run(_ context.Context, script string, _ []byte) (remote.Result, error) {
	if !strings.Contains(script, "\nbegin ") {
		nonce, key := strings.Repeat("0", 32), strings.Repeat("k", 16) // of zeros, and the host's
		return remote.Result{Stdout: []byte("\n@" + nonce + " " + key + "\n\n@" + key +
			" facts\nhostname app\ncpus 2\nmemory 4000000\nsystemd 1\n\n@" + key + " end\n")}, nil
	}
	return remote.Result{Stdout: []byte("failed: work\nput back\n"), Code: int(s.code)}, nil
}

func (simulated) Close() error { return nil }

// TestRollingFleet rolls over 2000 hosts of which 3% fail, with budgets on both
// sides of that, and compares with what the rules give.
func TestRollingFleet(t *testing.T) {
	t.Parallel()
	const hosts, forks = 2000, 50
	inv := parsed(t, `
hosts: {"app[1:2000]": {}}
deployments:
  one: {odoo: {hosts: ["app[1:2000]"], version: "14.0"}}
`)
	for seed := range uint64(1) {
		failing := map[string]bool{}
		for _, i := range rand.New(rand.NewPCG(seed, 3)).Perm(hosts)[:hosts*3/100] {
			failing[inv.Hosts[i].Name] = true
		}
		for budget, limit := range map[string]int{"1": 1, "7": 7, "1%": 20, "2%": 40, "59": 59, "60": 60, "61": 61,
			"10%": 200} {
			t.Run(fmt.Sprintf("seed %d, budget %s", seed, budget), func(t *testing.T) {
				t.Parallel()
				last, most := expected(inv, failing, limit)
				batches := 0 // begun; one at a time
				d := newDesk(t)
				d.options = func(o *Options) {
					o.Forks, o.Runs = forks, ""
					o.Event = func(e Event) {
						if e.Type == journal.BatchBegun {
							batches++
						}
					}
					o.Connect = func(_ context.Context, h *inventory.Host) (connect.Shell, error) {
						if failing[h.Name] {
							return simulated{tasks.ExitPutBack}, nil
						}
						return simulated{}, nil
					}
				}
				report, err := d.apply(t.Context(), inv, played(t,
					fmt.Sprintf(`- {name: app, hosts: odoo, rolling: {batches: [1, 1%%, 10%%], max_failures: %s}, tasks: [test.work]}`,
						budget)))
				if err != nil {
					t.Fatal(err)
				}
				if f := report.Failed(); len(f) > 0 && f[0].State == journal.Failed {
					t.Fatal(f[0].Err)
				}
				count := map[journal.State]int{}
				begun := 0
				for _, o := range report.Outcomes {
					count[o.State]++
					if o.State != journal.Skipped {
						begun++
					}
				}
				if limit > len(failing) {
					if count[journal.PutBack] != len(failing) || count[journal.Changed] != hosts-len(failing) {
						t.Errorf("%v, want all but %d changed", count, len(failing))
					}
					return
				}
				if count[journal.PutBack] < limit || count[journal.PutBack] >= limit+forks {
					t.Errorf("%d failed, want %d, and the hosts at work then", count[journal.PutBack], limit)
				}
				if begun > most {
					t.Errorf("%d hosts begun, and there are %d up to batch %d", begun, most, last)
				}
				if batches != last {
					t.Errorf("stopped in batch %d, want %d", batches, last)
				}
			})
		}
	}
}

// expected goes through the batches 1, 20, 200, 200, ... and returns in which of
// them the run stops, and how many hosts there are up to its end.
func expected(inv *inventory.Inventory, failing map[string]bool, limit int) (batch, hosts int) {
	failed := 0
	for _, h := range inv.Hosts {
		hosts++
		if failing[h.Name] {
			failed++
		}
		if ends := hosts == 1 || hosts == 21 || hosts > 21 && (hosts-21)%200 == 0 || hosts == len(inv.Hosts); !ends {
			continue
		}
		if batch++; failed >= limit {
			return batch, hosts
		}
	}
	return batch, hosts
}
