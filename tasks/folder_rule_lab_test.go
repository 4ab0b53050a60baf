//go:build lab

package tasks

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote/shell"
)

// TestOneRule: the owner of a folder is determined in two ways: with few programs for
// all that a plan reads, and step by step, from within, for what root writes. Both
// agree on any tree.
func TestOneRule(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	foreign := 0
	for range rounds(25, 8) {
		s := newScratch(t)
		for _, d := range []string{"/..", "", "/etc", "/var", "/var/lib"} {
			if err := os.Chmod(s.root+d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		folders := randomFolders(s, r)
		var read map[string]bool
		_, err := s.tryPlan(func(h *Host) error {
			read = map[string]bool{}
			for _, d := range folders {
				h.Stat(d + "/x")
				read[d] = h.foreign(d+"/x") != nil
			}
			return nil
		})
		if err != nil && read == nil {
			t.Fatal(err)
		}
		script := "root=" + shell.Quote(s.root) + "\n" + Folders
		for _, d := range folders {
			script += fmt.Sprintf("walk %s 2>/dev/null; echo \"$foreign\"\n", shell.Quote(d))
		}
		code, out := s.sh(script, nil)
		written := strings.Split(out, "\n")
		if code != 0 || len(written) != len(folders)+1 {
			t.Fatalf("exit %d\n%s", code, out)
		}
		for i, d := range folders {
			if written[i] != "" {
				foreign++
			}
			if read[d] != (written[i] != "") {
				t.Errorf("%s: that others decide what is in it: read %v, written %q\n%s",
					d, read[d], written[i], strings.Join(folders, "\n"))
			}
		}
	}
	if foreign == 0 {
		t.Error("no folder of these was another's")
	}
	t.Logf("%d folders of others", foreign)
}

// randomFolders makes folders below /srv with various owners, groups and modes, and
// links of root's and of others' to them. It returns their paths.
func randomFolders(s *scratch, r *rand.Rand) []string {
	s.t.Helper()
	must := func(err error) {
		if err != nil {
			s.t.Helper()
			s.t.Fatal(err)
		}
	}
	all := []string{"/srv"}
	must(os.MkdirAll(s.root+"/srv", 0o755))
	for i := range 14 {
		p := fmt.Sprintf("%s/d%d", all[r.IntN(len(all))], i)
		in, err := filepath.EvalSymlinks(s.root + path.Dir(p))
		if _, there := os.Lstat(s.root + p); err != nil || there == nil {
			continue // a link to itself, or a folder with two names
		}
		uid, gid := 0, 0
		if r.IntN(7) == 0 {
			uid = []int{nobody, 33}[r.IntN(2)]
		}
		if r.IntN(7) == 0 {
			gid = 50
		}
		if r.IntN(7) == 0 {
			target, err := filepath.Rel(in, s.root+all[r.IntN(len(all))])
			must(err)
			must(os.Symlink(target, s.root+p))
		} else {
			must(os.Mkdir(s.root+p, 0o755))
			must(os.Chmod(s.root+p, []os.FileMode{0o755, 0o755, 0o755, 0o700, 0o775, 0o777,
				0o777 | os.ModeSticky}[r.IntN(10)%7]))
		}
		must(os.Lchown(s.root+p, uid, gid))
		all = append(all, p)
	}
	return all
}
