package tasks

import "testing"

// TestEscapedName: systemd writes a folder's - as \x2d in the name of its mount. The shell on the host makes, reads and
// removes such a file.
func TestEscapedName(t *testing.T) {
	t.Parallel()
	const name = `/etc/srv-odoo\x2ddata.mount`
	s := newScratch(t)
	s.write(s.bin+`/srv-odoo\x2ddata.mount`, "inactive\n", 0o644)
	was := s.tree()
	task := taskFunc(func(h *Host) error {
		h.File(name).SetText("[Mount]\n").Own(s.owner, s.group, 0o644)
		return h.Unit(`srv-odoo\x2ddata.mount`).Run()
	})
	p := s.plan(task)
	s.mustApply(p)
	if again := s.plan(task); !again.Empty() {
		t.Errorf("the second plan is not empty: %v", again.Changes)
	}
	s.plan(func(h *Host) error {
		if found := h.Glob("/etc/*mount"); h.asking() || len(found) == 1 && found[0] == name {
			return nil
		}
		t.Errorf("found %q", h.Glob("/etc/*mount"))
		return nil
	})
	if code, out := s.apply(p.Inverse()); code != 0 || s.tree() != was {
		t.Errorf("inverse: exit %d\n%s\n%s", code, out, s.tree())
	}
}
