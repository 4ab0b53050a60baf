package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// everything is a host and a task that uses every verb for files and units.
func everything(s *scratch) taskFunc {
	s.file("/etc/changed", "old\n")
	s.file("/etc/removed", "bye\n")
	s.file("/etc/mode", "same\n")
	os.Symlink("changed", s.root+"/etc/link")
	os.Mkdir(s.root+"/etc/dir", 0o755)
	s.write(s.bin+"/nginx.service", "active\n", 0o644)
	s.write(s.bin+"/odoo.service", "active\n", 0o644)
	return func(h *Host) error {
		h.File("/etc/new").SetText("new\n").Own(s.owner, s.group, 0o640)
		h.File("/etc/changed").SetText("new\n")
		h.File("/etc/removed").Remove()
		h.File("/etc/mode").Own(s.owner, s.group, 0o600)
		h.Link("/etc/link", "new")
		h.Directory("/etc/made", s.owner, s.group, 0o750)
		h.File("/etc/made/file").SetText("deep\n").Own(s.owner, s.group, 0o600)
		h.Directory("/etc/dir", s.owner, s.group, 0o700)
		if h.File("/etc/new").State() != nil && !h.planned("/etc/new") {
			return nil
		}
		h.Check(Check{Unit: "nginx.service", Title: "a check", Run: "true", Live: true})
		h.Notify("odoo.service", Restart, "test")
		h.Notify("nginx.service", Reload, "test")
		return nil
	}
}

// planned reports whether the task creates the file.
func (h *Host) planned(path string) bool { return h.before[key{kindPath, path}] == nil }

// TestKilledAtEveryCommand kills the script with SIGKILL after each command that it
// runs, inside its functions too. Each time every file is entirely old or entirely new,
// the next run converges, nothing is left behind, and every pending action has
// happened.
func TestKilledAtEveryCommand(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Fatal("this test counts commands by bash's DEBUG trap; install bash")
	}
	t.Parallel()
	for _, c := range []struct {
		name    string
		stride  int
		prepare func(*scratch)
	}{
		{"folders of root", killStride, func(*scratch) {}},
		{"folders of others", killStrideOfOthers, func(s *scratch) { s.giveAwayAll("/etc") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			killedAtEveryCommand(t, c.stride, c.prepare)
		})
	}
}

func killedAtEveryCommand(t *testing.T, stride int, prepare func(*scratch)) {
	points := 0
	for n := 1; ; n += stride {
		s := newScratch(t)
		task := everything(s)
		prepare(s)
		was := s.lines()
		p := s.plan(task)
		text, payload := p.Pack(Run{ID: "first-0", Who: "test", Root: s.root})
		s.write(s.bin+"/script", text, 0o644)
		trap := fmt.Sprintf(`set -o functrace; commands=0; trap 'commands=$((commands+1)); if [ $commands -ge %d ]; then kill -9 $$; fi' DEBUG; . %s/script`, n, s.bin)
		code, out := s.run([]string{"bash", "--posix", "-c", trap}, payload)
		if code == 0 {
			break
		}
		points++
		if code != -1 {
			t.Fatalf("after command %d: exit %d\n%s", n, code, out)
		}
		s.waitForLock()
		between := s.lines()

		again := s.plan(task)
		if code, out := s.apply(again); code != 0 {
			t.Fatalf("after command %d: the next run: exit %d\n%s", n, code, out)
		}
		after := s.lines()
		for path, line := range between {
			if strings.Contains(path, ".odooctl-") {
				continue
			}
			if line != was[path] && line != after[path] {
				t.Errorf("after command %d: %s is neither old nor new: %s", n, path, line)
			}
		}
		for path := range after {
			if strings.Contains(path, ".odooctl-") {
				t.Errorf("after command %d: left over: %s", n, path)
			}
		}
		if left, _ := filepath.Glob(s.root + stateDir + "/runs/*/new/[0-9]*"); len(left) > 0 {
			t.Errorf("after command %d: what a run was given is still there: %s", n, left)
		}
		if p := s.plan(task); !p.Empty() {
			t.Errorf("after command %d: not converged: %v %v", n, p.Changes, p.Actions)
		}
		for _, act := range []string{"restart odoo.service", "reload nginx.service"} {
			if !strings.Contains(s.log(), act) {
				t.Errorf("after command %d: never happened: %s", n, act)
			}
		}
	}
	if points < 200/stride {
		t.Errorf("killed at %d points only: does the trap work?", points)
	}
	t.Logf("killed at %d points", points)
}

// lines is the tree by path.
func (s *scratch) lines() map[string]string {
	s.t.Helper()
	m := map[string]string{}
	for line := range strings.Lines(s.tree()) {
		path, _, _ := strings.Cut(line, "\t")
		m[path] = line
	}
	return m
}

// waitForLock waits for the killed shell's remaining processes.
func (s *scratch) waitForLock() {
	s.t.Helper()
	lock := s.root + stateDir + "/lock"
	if _, err := os.Stat(lock); err != nil {
		return
	}
	if out, err := exec.Command("flock", "-w", "20", lock, "true").CombinedOutput(); err != nil {
		s.t.Fatalf("the lock is not free: %v %s", err, out)
	}
}
