package tasks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// heard returns a host that has answered what ask asks.
func heard(t *testing.T, ask func(*Host), sections ...string) *Picture {
	t.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFleet(inv, time.Unix(0, 0))
	stages := []Stage{{Name: "test", Hosts: inv.Hosts, Tasks: []NamedTask{{"test", taskFunc(func(h *Host) error {
		ask(h)
		return nil
	})}}}}
	f.Plan(stages)
	h := f.Host("h")
	if err := h.Learn("nonce", []byte(answer(sections...))); err != nil {
		t.Fatal(err)
	}
	if again := f.Plan(stages); len(again) > 0 {
		t.Fatalf("it asks again: %v", h.Questions())
	}
	return h
}

// TestHealth: what systemctl show says of a unit on a host that has been up for 1,000 seconds.
func TestHealth(t *testing.T) {
	t.Parallel()
	const times = "ActiveEnterTimestampMonotonic=100000000 InactiveEnterTimestampMonotonic=900000000"
	at := func(seconds int64) time.Time { return time.Unix(1795348800-1000+seconds, 0).UTC() }
	for _, test := range []struct {
		says string
		want Health
		down bool
	}{
		{"ActiveState=active SubState=running Result=success " + times, Health{Condition: Runs, Since: at(100)}, false},
		{"ActiveState=active SubState=running", Health{Condition: Runs}, false},
		{"ActiveState=reloading SubState=reload " + times, Health{Condition: Runs, Since: at(100)}, false},
		{"ActiveState=activating SubState=start " + times, Health{Condition: Starts, Since: at(900)}, false},
		{"ActiveState=activating SubState=auto-restart Result=exit-code ExecMainStatus=3 NRestarts=12 " + times,
			Health{Condition: Restarts, Since: at(900), Exit: "exit 3", Count: 12}, true},
		{"ActiveState=activating SubState=auto-restart-queued Result=signal NRestarts=1",
			Health{Condition: Restarts, Exit: "signal", Count: 1}, true},
		{"ActiveState=failed SubState=failed Result=exit-code ExecMainStatus=203 " + times,
			Health{Condition: Failed, Since: at(900), Exit: "exit 203"}, true},
		{"ActiveState=failed SubState=failed Result=exit-code ExecMainStatus=0 " + times,
			Health{Condition: Failed, Since: at(900), Exit: "at its start"}, true},
		{"ActiveState=failed SubState=failed Result=oom-kill ExecMainStatus=9 " + times,
			Health{Condition: Failed, Since: at(900), Exit: "oom-kill"}, true},
		{"ActiveState=inactive SubState=dead Result=success " + times, Health{Condition: Stopped, Since: at(900)}, true},
		{"ActiveState=deactivating SubState=stop-sigterm Result=success", Health{Condition: Stopped}, true},
		{"LoadState=not-found ActiveState=inactive SubState=dead", Health{Condition: Missing}, true},
	} {
		says := test.says
		if !strings.Contains(says, "LoadState") {
			says = "LoadState=loaded " + says
		}
		h := heard(t, func(h *Host) { h.Unit("a.service") }, "facts", goodFacts+"uptime 1000\n", "units",
			"Id=a.service\n"+strings.ReplaceAll(says, " ", "\n")+"\n")
		got := h.Unit("a.service").Health()
		if fmt.Sprint(got) != fmt.Sprint(test.want) || got.Down() != test.down {
			t.Errorf("%s: %+v, down %v; want %+v, %v", test.says, got, got.Down(), test.want, test.down)
		}
		if p := h.Plan(0, 0); len(p.Changes) > 0 {
			t.Errorf("%s: asking for it changes something: %d", test.says, len(p.Changes))
		}
	}
}
