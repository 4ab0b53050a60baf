package tasks

import (
	"testing"
	"time"

	"odooctl/inventory"
)

// saysSo is a task that changes nothing and may warn.
type saysSo struct{ text string }

func (s saysSo) Plan(h *Host) error {
	if _, err := h.Facts(); err != nil {
		return err
	}
	if s.text != "" {
		h.Warn("%s", s.text)
	}
	return nil
}

// TestRest: what was read of a host at rest is released; what its plan says stays, and
// the next planning reads it again.
func TestRest(t *testing.T) {
	inv, err := inventory.Parse("i.yaml", []byte("hosts: {db1: {address: 192.0.2.1}}"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "mind the gap"} {
		whole := NewFleet(inv, time.Now())
		h := whole.Host("db1")
		h.facts = &Facts{}
		fleet := whole.Part(inv.Hosts)
		stages := []Stage{{}, {Hosts: inv.Hosts, Tasks: []NamedTask{{"says", saysSo{text}}}}}
		if asking := fleet.Plan(stages); len(asking) > 0 || h.Err() != nil {
			t.Fatal(asking, h.Err())
		}
		h.Rest()
		if _, err := h.Facts(); err == nil {
			t.Error("the facts are still there")
		}
		p := h.Plan(0, 1)
		if !p.Empty() || (text != "") != (len(p.Warnings) == 1) || len(h.Plan(0, 0).Warnings) > 0 {
			t.Errorf("%q: got %+v", text, p)
		}
		if asking := whole.Part(inv.Hosts).Plan(stages); len(asking) != 1 {
			t.Errorf("%q: asking %v, want the host", text, asking)
		}
	}
}
