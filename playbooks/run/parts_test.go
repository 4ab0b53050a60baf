package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

func init() {
	tasks.Register("test.nothing", "no work at all", func() tasks.Task { return &testNothing{} })
	tasks.Register("test.refused", "work that cannot be planned", func() tasks.Task { return &testRefused{} })
	tasks.Register("test.peer", "work that needs the other hosts of its deployments to be read",
		func() tasks.Task { return &testPeer{} })
}

type testNothing struct{}

func (testNothing) Plan(h *tasks.Host) error {
	_, err := h.Facts()
	return err
}

type testRefused struct{ testNothing }

func (t testRefused) Plan(h *tasks.Host) error {
	if err := t.testNothing.Plan(h); err != nil {
		return err
	}
	return errors.New("not here")
}

type testPeer struct{}

func (testPeer) Plan(h *tasks.Host) error {
	for _, d := range h.OdooOf() {
		for _, other := range d.Odoo.Hosts {
			peer, err := h.Peer(other.Name)
			if err != nil {
				return err
			}
			if _, err := peer.Facts(); err != nil {
				return err
			}
		}
	}
	return testWork{}.Plan(h)
}

// counting is a shell that is counted while it is open.
type counting struct {
	connect.Shell
	closed func()
}

func (c counting) Close() error {
	c.closed()
	return c.Shell.Close()
}

// TestConnectionsGoByForks: a run over many hosts that need nothing, or that cannot be
// planned, has no more connections open than hosts are at work, and has looked at all.
func TestConnectionsGoByForks(t *testing.T) {
	t.Parallel()
	const hosts, forks = 300, 7
	inv := parsed(t, fmt.Sprintf(`hosts: {"app[1:%d]": {}}`, hosts))
	for task, failed := range map[string]int{"test.nothing": 0, "test.refused": hosts} {
		t.Run(task, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			open, most, all := 0, 0, 0
			d := newDesk(t)
			d.options = func(o *Options) {
				o.Forks, o.PlansOnly = forks, true
				o.Connect = func(_ context.Context, h *inventory.Host) (connect.Shell, error) {
					mu.Lock()
					defer mu.Unlock()
					open++
					all++
					most = max(most, open)
					return counting{simulated{}, func() {
						mu.Lock()
						defer mu.Unlock()
						open--
					}}, nil
				}
			}
			report, err := d.apply(t.Context(), inv, played(t, "- {name: none, hosts: all, tasks: ["+task+"]}"))
			if err != nil {
				t.Fatal(err)
			}
			if all != hosts || most > forks || len(report.Failed()) != failed {
				t.Errorf("%d connections, %d at once, %d failed; want %d, %d and %d", all, most, len(report.Failed()), hosts, forks,
					failed)
			}
			for _, o := range report.Failed() {
				if o.Err == nil || !strings.Contains(o.Err.Error(), "not here") {
					t.Fatalf("%s failed for %v", o.Host, o.Err)
				}
			}
			journal := d.journal(journal.Last)
			if n := strings.Count(journal, `"host_ended"`); n != hosts {
				t.Errorf("the journal has the end of %d hosts, want %d", n, hosts)
			}
		})
	}
}

// TestIdleConnections: hosts that are to be changed are logged in to again where
// there are more than a run keeps connections for, and all of them are changed.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	const hosts, forks = idle + 100, 50
	inv := parsed(t, fmt.Sprintf(`hosts: {"app[1:%d]": {}}`, hosts))
	var mu sync.Mutex
	logins := map[string]int{}
	again := 0
	d := newDesk(t)
	d.options = func(o *Options) {
		o.Forks = forks
		o.Connect = func(_ context.Context, h *inventory.Host) (connect.Shell, error) {
			mu.Lock()
			defer mu.Unlock()
			if logins[h.Name]++; logins[h.Name] == 2 {
				again++
			}
			return simulated{}, nil
		}
	}
	report, err := d.apply(t.Context(), inv, played(t, `- {name: app, hosts: all, tasks: [test.work]}`))
	if err != nil {
		t.Fatal(err)
	}
	if report.Changes() != hosts || again == 0 || again > hosts-idle {
		t.Errorf("%d changes and %d second logins, want %d and at most %d", report.Changes(), again, hosts, hosts-idle)
	}
}

// TestPartsShareNothing: a host that cannot be reached keeps those of its own
// deployment from being planned, and no other.
func TestPartsShareNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "a1", "a2", "b1")
	d.away["a1"] = true
	inv := parsed(t, `
hosts: {a1: {}, a2: {}, b1: {}}
deployments:
  a: {odoo: {hosts: [a1, a2], version: "14.0"}}
  b: {odoo: {hosts: [b1], version: "14.0"}}
`)
	report, err := d.apply(t.Context(), inv, played(t, `- {name: app, hosts: all, tasks: [test.peer]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "a1 unreachable, a2 skipped, b1 changed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
