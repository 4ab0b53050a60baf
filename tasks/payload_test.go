package tasks

import (
	"os"
	"strings"
	"testing"
)

// A payload file on the host is read, and removed after that.
func TestPayloadFromFile(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	p := s.plan(func(h *Host) error {
		h.File("/etc/big").SetText(strings.Repeat("line\n", 1000)).Own(s.owner, s.group, 0o600)
		return nil
	})
	text, payload := p.Pack(Run{ID: "run1", Who: "test", Root: s.root})
	file := s.bin + "/it's a payload"
	s.write(file, string(payload), 0o600)
	if code, out := s.sh(FromFile(file)+text, nil); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the payload is still there: %v", err)
	}
	if got, _ := os.ReadFile(s.root + "/etc/big"); len(got) != 5000 {
		t.Errorf("%d bytes arrived, want 5000", len(got))
	}
	if code, _ := s.sh(FromFile(file)+text, nil); code == 0 {
		t.Error("a payload that is not there is no error")
	}
}
