package tasks

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var execs = regexp.MustCompile(`(?m)^\d+ +(?:execve\(|<\.\.\. execve resumed).* = 0$`)

// TestProgramsOfAChange: what a changed file costs a host is the number of programs that it starts there. Those
// of the systemctl of this test are among them.
func TestProgramsOfAChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		most    int
		prepare func(*scratch)
	}{
		{"folder of root", 29, func(*scratch) {}},
		{"folder of others", 36, func(s *scratch) { s.giveAwayAll("/etc/conf.d") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			if err := os.Mkdir(s.root+"/etc/conf.d", 0o755); err != nil {
				t.Fatal(err)
			}
			s.file("/etc/conf.d/file", "old\n")
			s.write(s.bin+"/nginx.service", "active\n", 0o644)
			c.prepare(s)
			p := s.plan(func(h *Host) error {
				h.File("/etc/conf.d/file").SetText("new\n")
				h.Check(Check{Title: "a check", Run: ":"})
				h.Notify("nginx.service", Reload, "test")
				h.Prove("nginx.service", Proof{Before: "echo a", After: ":", Within: 3})
				return nil
			})
			text, payload := p.Pack(Run{ID: "run-1", Who: "test", Root: s.root})
			trace := filepath.Join(s.bin, "trace")
			s.write(s.bin+"/script", text, 0o644)
			code, out := s.run([]string{"strace", "-f", "-q", "-e", "trace=execve", "-e", "signal=none", "-o", trace,
				"sh", s.bin + "/script"}, payload)
			if code != 0 {
				t.Fatalf("exit %d:\n%s", code, out)
			}
			log, err := os.ReadFile(trace)
			if err != nil {
				t.Fatal(err)
			}
			all := execs.FindAll(log, -1)
			if t.Logf("%d programs", len(all)); len(all) > c.most || len(all) < 10 {
				t.Errorf("%d programs, want %d at most:\n%s", len(all), c.most, log)
			}
		})
	}
}
