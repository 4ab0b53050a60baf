package tasks

import (
	"os"
	"testing"
	"time"
)

// TestTimeOfChange: a file with new content has the time of the change, also where its size
// stays: backups compare both, and nginx makes its ETag of them. One that only changes hands
// keeps its time, and what is put back has its old one.
func TestTimeOfChange(t *testing.T) {
	t.Parallel()
	for _, others := range []bool{false, true} {
		s := newScratch(t)
		old, begun := time.Unix(1_000_000_000, 0), time.Now().Add(-time.Minute)
		makeAddons(s)
		files := map[string]bool{"/etc/changed": true, "/etc/made": true, "/etc/same": false,
			addons + "/custom/changed": true, addons + "/custom/same": false}
		if err := os.Mkdir(s.root+addons+"/custom", 0o755); err != nil {
			t.Fatal(err)
		}
		for p := range files {
			s.file(p, "1\n")
			if err := os.Chtimes(s.root+p, old, old); err != nil {
				t.Fatal(err)
			}
		}
		if others {
			s.giveAwayAll("/etc")
		}
		s.mustApply(s.plan(func(h *Host) error {
			h.File("/etc/changed").SetText("2\n")
			h.File("/etc/made").Generate(`echo 2 >"$1"`, true)
			h.File("/etc/same").Own(s.owner, s.group, 0o600)
			h.Tree(addons+"/custom", map[string]TreeFile{"changed": TextFile("2\n"), "same": TextFile("1\n")})
			return nil
		}))
		at := func(p string) time.Time {
			info, err := os.Stat(s.root + p)
			if err != nil {
				t.Fatal(err)
			}
			return info.ModTime()
		}
		for p, changes := range files {
			if is := at(p); changes && is.Before(begun) || !changes && !is.Equal(old) {
				t.Errorf("others %v: %s has the time %s", others, p, is)
			}
		}
		if code, out := s.sh(RollbackScript(Run{ID: "back", Who: "test", Root: s.root}, "run1"), nil); code != 0 {
			t.Fatalf("rollback: exit %d\n%s", code, out)
		}
		for p := range files {
			if is := at(p); !is.Equal(old) {
				t.Errorf("others %v: put back, %s has the time %s", others, p, is)
			}
		}
	}
}
