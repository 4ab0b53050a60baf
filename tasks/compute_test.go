package tasks

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"odooctl/inventory"
)

// slow is a task that needs two slow results, one after the other.
type slow struct {
	runs *atomic.Int32
	got  map[string]int
}

func (s slow) Plan(h *Host) error {
	first, err := h.Compute("first", func() any { s.runs.Add(1); return 40 })
	if err != nil {
		return err
	}
	own, err := h.Compute([2]string{"second", h.Name}, func() any { s.runs.Add(1); return first.(int) + len(h.Name) })
	if err != nil {
		return err
	}
	s.got[h.Name] = own.(int)
	return nil
}

// TestCompute: each computation is done once, however often it is requested, and
// planning ends with all of them.
func TestCompute(t *testing.T) {
	inv, err := inventory.Parse("i.yaml", []byte("hosts: {db1: {address: 192.0.2.1}, app12: {address: 192.0.2.2}}"),
		inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFleet(inv, time.Now())
	var runs atomic.Int32
	s := slow{&runs, map[string]int{}}
	for _, h := range inv.Hosts {
		f.Host(h.Name).facts = &Facts{}
	}
	stages := []Stage{{Hosts: inv.Hosts, Tasks: []NamedTask{{"slow", s}}}}
	for range 2 {
		if asking := f.Plan(stages); len(asking) > 0 {
			t.Errorf("asking %v", asking)
		}
		for _, h := range inv.Hosts {
			if err := f.Host(h.Name).Err(); err != nil {
				t.Error(err)
			}
		}
	}
	if got := fmt.Sprint(s.got); got != "map[app12:45 db1:43]" || runs.Load() != 3 {
		t.Errorf("%s after %d computations", got, runs.Load())
	}
	if _, err := f.Host("db1").Compute("third", func() any { return 1 }); !errors.Is(err, ErrUnread) {
		t.Errorf("what no one has asked for yet: %v", err)
	}
}
