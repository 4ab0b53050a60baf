package tasks

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// pool is the paths of random hosts and tasks. Their order matters: a directory comes
// before what is in it.
var pool = []string{"/etc/a", "/etc/b", "/etc/d", "/etc/d/x", "/etc/d/y z", "/etc/it's", "/etc/l", "/etc/e", "/etc/e/f",
	"/etc/e/f/g"}

// TestRandomStates: on random hosts, random tasks change exactly what the plan says;
// the second plan is empty; the inverse restores everything.
func TestRandomStates(t *testing.T) {
	t.Parallel()
	for seed := range uint64(randomStates) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			s := newScratch(t)
			s.random(r)
			if seed%2 == 1 {
				s.giveAwayAll("/etc")
			}
			edits := s.edits(r)
			was := s.lines()
			text := s.tree()
			p := s.plan(edits)
			var planned []string
			for _, c := range p.Changes {
				planned = append(planned, c.Name)
			}
			if !p.Empty() {
				s.mustApply(p)
			}
			now := s.lines()
			var applied []string
			for path := range merge(was, now) {
				if was[path] != now[path] && path != "" {
					applied = append(applied, path)
				}
			}
			sort.Strings(planned)
			sort.Strings(applied)
			if fmt.Sprintf("%q", planned) != fmt.Sprintf("%q", applied) {
				t.Errorf("planned %q, changed %q", planned, applied)
			}
			if again := s.plan(edits); !again.Empty() {
				t.Errorf("the second plan is not empty: %v", again.Changes)
			}
			if p.Empty() {
				return
			}
			if code, out := s.apply(p.Inverse()); code != 0 {
				t.Fatalf("inverse: exit %d\n%s", code, out)
			}
			if now := s.tree(); now != text {
				t.Errorf("after the inverse:\n%s\nwant:\n%s", now, text)
			}
		})
	}
}

func merge(a, b map[string]string) map[string]bool {
	m := map[string]bool{}
	for k := range a {
		m[k] = true
	}
	for k := range b {
		m[k] = true
	}
	return m
}

// random makes a random host.
func (s *scratch) random(r *rand.Rand) {
	for _, p := range pool {
		full := s.root + p
		if info, err := os.Stat(filepath.Dir(full)); err != nil || !info.IsDir() {
			continue
		}
		switch r.IntN(4) {
		case 0:
			s.write(full, randomText(r), []os.FileMode{0o600, 0o644, 0o640}[r.IntN(3)])
		case 1:
			if p == "/etc/d" || p == "/etc/e" || p == "/etc/e/f" {
				os.Mkdir(full, 0o755)
				os.Chmod(full, []os.FileMode{0o700, 0o755}[r.IntN(2)])
			}
		case 2:
			if p == "/etc/l" {
				os.Symlink("a", full)
			}
		}
	}
}

// edits is a random task. Its edits are possible: no file replaces a directory, or is
// in a missing one.
func (s *scratch) edits(r *rand.Rand) taskFunc {
	type edit func(h *Host)
	var list []edit
	dirs := map[string]bool{"/etc": true}
	for _, p := range pool {
		info, err := os.Lstat(s.root + p)
		isDir := err == nil && info.IsDir()
		if isDir {
			dirs[p] = true
		}
		parent := dirs[filepath.Dir(p)]
		text, mode := randomText(r), []uint32{0o600, 0o644, 0o640}[r.IntN(3)]
		switch k := r.IntN(6); {
		case !parent:
		case k == 0 && !isDir && p != "/etc/l":
			list = append(list, func(h *Host) { h.File(p).SetText(text).Own(s.owner, s.group, mode) })
		case k == 1 && err == nil && !isDir && p != "/etc/l":
			list = append(list, func(h *Host) { h.File(p).Own(s.owner, s.group, mode) })
		case k == 2 && err == nil && !isDir && p != "/etc/l":
			list = append(list, func(h *Host) { h.File(p).Remove() })
		case k == 3 && (err != nil || isDir) && (p == "/etc/d" || p == "/etc/e" || p == "/etc/e/f"):
			dirs[p] = true
			list = append(list, func(h *Host) { h.Directory(p, s.owner, s.group, 0o711) })
		case p == "/etc/l" && (err != nil || info.Mode()&os.ModeSymlink != 0):
			list = append(list, func(h *Host) { h.Link(p, "b") })
		}
	}
	return func(h *Host) error {
		for _, e := range list {
			e(h)
		}
		return nil
	}
}

func randomText(r *rand.Rand) string {
	return strings.Repeat([]string{"", "a\n", "b\r\n", "\xff\x00", "no newline"}[r.IntN(5)], r.IntN(3))
}
