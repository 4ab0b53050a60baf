package tasks

import (
	"strings"
	"testing"
)

// TestLarge: a file of more than 1 MiB is compared by its digest, replaced and
// restored, and no task mistakes it for an empty one.
func TestLarge(t *testing.T) {
	s := newScratch(t)
	old, text := strings.Repeat("old\n", 1<<19), strings.Repeat("new\n", 1<<19)
	s.file("/etc/large", old)
	s.file("/etc/small", "small\n")
	write := func(h *Host) error {
		h.File("/etc/large").SetText(text)
		h.File("/etc/small").SetText("changed\n")
		return nil
	}
	before := s.tree()
	p := s.plan(write)
	var shown strings.Builder
	p.Write(&shown, Style{Diffs: true})
	if !strings.Contains(shown.String(), "2097152 bytes, not shown") || shown.Len() > 1000 {
		t.Errorf("the plan shows %d bytes: %.500s", shown.Len(), shown.String())
	}
	s.mustApply(p)
	if again := s.plan(write); !again.Empty() {
		t.Errorf("the second plan has %d changes", again.Count())
	}
	if code, said := s.sh(RollbackScript(Run{ID: "back", Root: s.root}, "run1"), nil); code != 0 || s.tree() != before {
		t.Errorf("the way back: exit %d: %s", code, said)
	}
	if _, err := s.tryPlan(func(h *Host) error {
		f := h.File("/etc/large")
		f.SetText(f.Text() + "more\n")
		return nil
	}); err == nil || !strings.Contains(err.Error(), "/etc/large: it is larger than 1 MiB") {
		t.Errorf("to edit it: %v", err)
	}
}
