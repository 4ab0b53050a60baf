package tasks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nobody owns folders of a scratch host.
const nobody = 65534

// giveAway gives folders to somebody else, as Debian does with /etc/postgresql. Without
// root it makes them writable by everybody instead.
func (s *scratch) giveAway(dirs ...string) {
	s.t.Helper()
	if err := os.Chmod(filepath.Dir(s.root), 0o755); err != nil { // they need access to their folders
		s.t.Fatal(err)
	}
	for _, d := range dirs {
		err := os.Chmod(s.root+d, 0o777)
		if os.Geteuid() == 0 {
			err = os.Chown(s.root+d, nobody, nobody)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// giveAwayAll does so with a folder and all that is in it, and with what tasks make
// there.
func (s *scratch) giveAwayAll(dir string) {
	s.t.Helper()
	err := filepath.WalkDir(s.root+dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			s.giveAway(strings.TrimPrefix(p, s.root))
		} else if err == nil && os.Geteuid() == 0 {
			err = os.Lchown(p, nobody, nobody)
		}
		return err
	})
	if os.Geteuid() == 0 {
		s.owner, s.group = "nobody", "nogroup"
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// inFoldersOfOthers are hosts, and the same hosts with folders that are not root's.
func inFoldersOfOthers(list []state) (all []state) {
	for i, c := range list {
		all = append(all, c)
		if i%ofOthers != 0 || c.name == "new build" { // root builds in a folder of its own
			continue
		}
		before := c.before
		c.name += " in folders of others"
		c.before = func(s *scratch) {
			before(s)
			s.giveAwayAll("/etc")
			if _, err := os.Stat(s.root + addons); err == nil && os.Geteuid() == 0 {
				s.giveAwayAll("/var/lib/odoo")
			}
		}
		all = append(all, c)
	}
	return all
}

// attacks are what the owner of /etc does after the plan was made, and what the
// transaction reports. Nothing outside of /etc may change.
var attacks = []struct {
	name string
	do   func(s *scratch) error
	says string
}{
	{"a link at a new file",
		func(s *scratch) error { return os.Symlink(s.root+"/root/secret", s.root+"/etc/conf/new") },
		"made since it was read: /etc/conf/new"},
	{"a link at a file", func(s *scratch) error { return s.inPlace("/etc/conf/old", "/root/secret", os.Symlink) },
		"changed since it was read"},
	{"a hard link at a file", func(s *scratch) error { return s.inPlace("/etc/conf/old", "/root/same", os.Link) },
		"has other names (hard links)"},
	{"a hard link at a file of another mode",
		func(s *scratch) error { return s.inPlace("/etc/conf/mode", "/root/secret", os.Link) },
		"has other names (hard links)"},
	{"a link at a folder", func(s *scratch) error { return s.inPlace("/etc/conf", "/root", os.Symlink) },
		"refused: /etc/conf is a link to "},
	{"a link at a folder above", func(s *scratch) error { return s.inPlace("/etc/deep/er", "/root", os.Symlink) },
		"refused: /etc/deep/er is a link to "},
	{"a link at a folder that changes", func(s *scratch) error { return s.inPlace("/etc/mine", "/root", os.Symlink) },
		"changed since it was read"},
	{"a link by way of a link", func(s *scratch) error {
		if err := os.Symlink("../root", s.root+"/etc/way"); err != nil {
			return err
		}
		return s.inPlace("/etc/conf", "/etc/way", func(_, new string) error { return os.Symlink("way", new) })
	}, "refused: /etc/way is a link to ../root"},
	{"no folder", func(s *scratch) error { return os.Rename(s.root+"/etc/deep", s.root+"/etc/gone") },
		"changed since it was read"},
}

// inPlace replaces something by a link.
func (s *scratch) inPlace(at, to string, link func(old, new string) error) error {
	if err := os.Rename(s.root+at, s.root+at+".away"); err != nil {
		return err
	}
	return link(s.root+to, s.root+at)
}

// TestLinksOfOthers: no link that the owner of a folder plants leads root elsewhere.
func TestLinksOfOthers(t *testing.T) {
	t.Parallel()
	for _, c := range attacks {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			for _, d := range []string{"/etc/conf", "/etc/deep/er", "/etc/mine", "/root"} {
				if err := os.MkdirAll(s.root+d, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			s.file("/etc/conf/old", "same\n")
			s.file("/etc/conf/mode", "secret\n")
			s.file("/etc/deep/er/old", "old\n")
			s.write(s.root+"/root/secret", "secret\n", 0o600)
			s.file("/root/same", "same\n")
			s.giveAwayAll("/etc")
			p := s.plan(func(h *Host) error {
				h.File("/etc/conf/new").SetText("new\n").Own(s.owner, s.group, 0o640)
				h.File("/etc/conf/old").SetText("new\n")
				h.File("/etc/conf/mode").Own(s.owner, s.group, 0o640)
				h.File("/etc/deep/er/old").Remove()
				h.Link("/etc/conf/link", "old")
				h.Directory("/etc/mine", s.owner, s.group, 0o700)
				return nil
			})
			if err := c.do(s); err != nil {
				t.Fatal(err)
			}
			was := s.tree()
			code, out := s.apply(p)
			if (code != int(ExitStale) && code != int(ExitPutBack)) || !strings.Contains(out, c.says) {
				t.Errorf("exit %d, want a refusal that says %q:\n%s", code, c.says, out)
			}
			if now := s.tree(); now != was {
				t.Errorf("now:\n%s\nwant:\n%s", now, was)
			}
		})
	}
}

// TestLinkOfOthersThatWasRead: a link that existed when the host was read, and led the
// task to a file of root's.
func TestLinkOfOthersThatWasRead(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	makeFolder(s, "/etc/conf")
	makeFolder(s, "/root")
	s.write(s.root+"/root/secret", "secret\n", 0o600)
	if err := os.Symlink("../../root/secret", s.root+"/etc/conf/link"); err != nil {
		t.Fatal(err)
	}
	s.giveAway("/etc/conf")
	was := s.tree()
	p, err := s.tryPlan(func(h *Host) error {
		h.File("/etc/conf/link").SetText("new\n").Own(s.owner, s.group, 0o644)
		return nil
	})
	if err == nil {
		code, out := s.apply(p)
		if code != int(ExitPutBack) || !strings.Contains(out, "refused: /etc/conf/link is a link to ../../root/secret "+
			"that ") {
			t.Errorf("exit %d: %s", code, out)
		}
	}
	if now := s.tree(); now != was {
		t.Errorf("now:\n%s\nwant:\n%s", now, was)
	}
}

// TestLinkOfRoot: a link in root's folder is followed.
func TestLinkOfRoot(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	makeFolder(s, "/srv/conf.d")
	makeFolder(s, "/etc/nginx")
	if err := os.Symlink("../../srv/conf.d", s.root+"/etc/nginx/conf.d"); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root's own group is no other user
		if err := os.Chmod(s.root+"/etc/nginx", 0o775); err != nil {
			t.Fatal(err)
		}
	}
	was := s.tree()
	task := func(h *Host) error {
		h.File("/etc/nginx/conf.d/site.conf").SetText("site\n").Own(s.owner, s.group, 0o644)
		return nil
	}
	p := s.plan(task)
	s.mustApply(p)
	if got, err := os.ReadFile(s.root + "/srv/conf.d/site.conf"); string(got) != "site\n" {
		t.Errorf("the folder that the link leads to has %q: %v", got, err)
	}
	if again := s.plan(task); !again.Empty() {
		t.Errorf("the second plan is not empty: %v", again.Changes)
	}
	s.mustApply(p.Inverse())
	if now := s.tree(); now != was {
		t.Errorf("after the inverse:\n%s\nwant:\n%s", now, was)
	}
}
