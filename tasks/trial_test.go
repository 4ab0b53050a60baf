package tasks

import (
	"os"
	"strings"
	"testing"
)

// TestTrialLeavesNothing: on every host of the tests, a trial of what the task changes leaves
// all as it was, and no folder of its run. Where the host was edited, it says so.
func TestTrialLeavesNothing(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, c := range states {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			c.before(s)
			task := c.task(s)
			p := s.plan(func(h *Host) error {
				h.Check(Check{Unit: "checked.service", Title: "its reader", Run: "true"})
				h.Notify("checked.service", Restart, "of the test")
				return task(h)
			})
			run := Run{ID: "run-trial", Who: "test", Root: s.root}
			script, payload, ok := p.Trial(run)
			if !ok {
				return
			}
			tried++
			before := s.tree()
			if code, out := s.sh(script, payload); code != 0 || s.tree() != before {
				t.Fatalf("exit %d\n%s\nbefore:\n%s\nafter:\n%s", code, out, before, s.tree())
			}
			if _, err := os.Stat(s.root + RunFolder(run.ID)); !os.IsNotExist(err) {
				t.Errorf("the folder of the trial: %v", err)
			}
			if log := s.log(); strings.Contains(log, "restart") {
				t.Errorf("it acted on a unit:\n%s", log)
			}
		})
	}
	if tried < 10 {
		t.Errorf("%d trials", tried)
	}
}

// TestTrialNot: what stays when it is staged is not tried, nor what nobody checks.
func TestTrialNot(t *testing.T) {
	t.Parallel()
	check := func(h *Host) {
		h.Check(Check{Unit: "checked.service", Title: "its reader", Run: "true"})
		h.Notify("checked.service", Restart, "of the test")
	}
	for name, task := range map[string]taskFunc{
		"no check": func(h *Host) error { h.File("/etc/x").SetText("x"); return nil },
		"a server has to read it": func(h *Host) error {
			h.Check(Check{Unit: "checked.service", Title: "its reader", Run: "true", Live: true})
			h.Notify("checked.service", Restart, "of the test")
			h.File("/etc/x").SetText("x")
			return nil
		},
		"a new repository": func(h *Host) error { check(h); h.Checkout("/etc/git", "https://example.com", "v1"); return nil },
	} {
		if _, _, ok := newScratch(t).plan(task).Trial(Run{ID: "run"}); ok {
			t.Errorf("%s is tried", name)
		}
	}
}
