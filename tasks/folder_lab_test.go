//go:build lab

package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// secret is readable only by root on these hosts.
const secret = "what only root may read"

// theirs is a host on which /srv/rep is nobody's, and /etc/secret root's alone.
func theirs(t *testing.T) *scratch {
	s := newScratch(t)
	for d, owner := range map[string]int{"": 0, "/..": 0, "/srv": 0, "/srv/rep": nobody, "/srv/rep/d": nobody} {
		if err := os.MkdirAll(s.root+d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(s.root+d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(s.root+d, owner, owner); err != nil {
			t.Fatal(err)
		}
	}
	s.write(s.root+"/etc/secret", secret, 0o600)
	return s
}

func (s *scratch) own(path string, uid int) {
	s.t.Helper()
	if err := os.Lchown(s.root+path, uid, uid); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scratch) link(to, path string, uid int) {
	s.t.Helper()
	if err := os.Symlink(to, s.root+path); err != nil {
		s.t.Fatal(err)
	}
	s.own(path, uid)
}

// TestFoldersOfOthers: what root could read only through somebody else's link is not
// shown, and the error names the folder and its owner. What the owner can read is
// shown.
func TestFoldersOfOthers(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(s *scratch)
		ask  func(h *Host) string
		want string // what the task gets, or part of its error
	}{
		{"a file of the owner's",
			func(s *scratch) { s.write(s.root+"/srv/rep/x", "text", 0o600); s.own("/srv/rep/x", nobody) },
			func(h *Host) string { return h.File("/srv/rep/x").Text() }, "text"},
		{"a file of root's that all may read", func(s *scratch) { s.file("/srv/rep/x", "text") },
			func(h *Host) string { return h.File("/srv/rep/x").Text() }, "text"},
		{"nothing there", func(*scratch) {}, func(h *Host) string { return fmt.Sprint(h.File("/srv/rep/x").Exists()) },
			"false"},
		{"a link to a file of root's", func(s *scratch) { s.link("../../etc/secret", "/srv/rep/x", nobody) },
			func(h *Host) string { return h.File("/srv/rep/x").Text() },
			"h:/srv/rep/x leads to /etc/secret, out of /srv/rep, by a link that nobody could put there"},
		{"a link within the folder",
			func(s *scratch) { s.link("d/y", "/srv/rep/x", nobody); s.file("/srv/rep/d/y", "text") },
			func(h *Host) string { return h.File("/srv/rep/x").Text() }, "text"},
		{"a folder that is a link", func(s *scratch) { s.link("../../etc", "/srv/rep/c", nobody) },
			func(h *Host) string { return h.File("/srv/rep/c/secret").Text() }, "h:/srv/rep/c/secret leads to "},
		{"a folder that is a link within the folder",
			func(s *scratch) { s.link("d", "/srv/rep/c", nobody); s.file("/srv/rep/d/y", "text") },
			func(h *Host) string { return h.File("/srv/rep/c/y").Text() }, "text"},
		{"a pattern through a link", func(s *scratch) { s.link("../../etc", "/srv/rep/c", nobody) },
			func(h *Host) string {
				return fmt.Sprint(h.Glob("/srv/rep/c/*cret")) + h.File("/srv/rep/c/secret").Text()
			}, "leads to "},
		{"a pattern over folders that leads to one of root's alone", func(s *scratch) {
			if err := os.Mkdir(s.root+"/etc/root", 0o700); err != nil {
				s.t.Fatal(err)
			}
			s.file("/etc/root/x.conf", secret)
			s.link("../../etc/root", "/srv/rep/c", nobody)
		}, func(h *Host) string {
			return fmt.Sprint(h.Glob("/srv/*/c/x.conf")) + h.File("/srv/rep/c/x.conf").Text()
		},
			"h:/srv/rep/c cannot be read with the rights of nobody"},
		{"a pattern over folders", func(s *scratch) {
			s.file("/srv/rep/x.conf", "text")
			s.link("../../etc/secret", "/srv/rep/y.conf", nobody)
		},
			func(h *Host) string { return fmt.Sprint(h.Glob("/srv/*/*.conf")) }, "[/srv/rep/x.conf /srv/rep/y.conf]"},
		{"a link of root's into the folder",
			func(s *scratch) { s.link("srv/rep", "/way", 0); s.link("../../etc/secret", "/srv/rep/x", nobody) },
			func(h *Host) string { return h.File("/way/x").Text() }, "h:/way/x leads to "},
		{"a link of root's by way of a link of the owner's",
			func(s *scratch) { s.link("srv/rep/c", "/way", 0); s.link("../../etc", "/srv/rep/c", nobody) },
			func(h *Host) string { return h.File("/way/secret").Text() }, "h:/way/secret cannot be read with the rights of " +
				"nobody, who owns /way"},
		{"a link that was made by another, in a folder of root's", func(s *scratch) { s.link("etc", "/way", nobody) },
			func(h *Host) string { return h.File("/way/secret").Text() }, "h:/way/secret cannot be read with the rights of " +
				"nobody, who owns /way"},
		{"a link of root's to a file in the folder", func(s *scratch) {
			s.link("../srv/rep/x", "/etc/way", 0)
			s.link("../../etc/secret", "/srv/rep/x", nobody)
		},
			func(h *Host) string { return h.File("/etc/way").Text() }, "h:/srv/rep/x leads to /etc/secret"},
		{"a link of root's in a folder of root's", func(s *scratch) { s.link("secret", "/etc/way", 0) },
			func(h *Host) string { return h.File("/etc/way").Text() }, secret},
		{"a file that only root may read", func(s *scratch) { s.write(s.root+"/srv/rep/x", secret, 0o600) },
			func(h *Host) string { return h.File("/srv/rep/x").Text() },
			"h:/srv/rep/x cannot be read with the rights of nobody, who owns /srv/rep"},
		{"a hard link", func(s *scratch) {
			if err := os.Link(s.root+"/etc/secret", s.root+"/srv/rep/x"); err != nil {
				s.t.Fatal(err)
			}
		}, func(h *Host) string { return h.File("/srv/rep/x").Text() }, "cannot be read with the rights of nobody"},
		{"behind a folder that only root may enter", func(s *scratch) {
			if err := os.Mkdir(s.root+"/srv/rep/root", 0o700); err != nil {
				s.t.Fatal(err)
			}
			s.file("/srv/rep/root/x", secret)
		}, func(h *Host) string { return h.File("/srv/rep/root/x").Text() }, "h:/srv/rep/root/x cannot be read"},
		{"a folder that only root may enter", func(s *scratch) {
			if err := os.Mkdir(s.root+"/srv/rep/root", 0o700); err != nil {
				s.t.Fatal(err)
			}
		}, func(h *Host) string { a, _ := h.Stat("/srv/rep/root"); return a.Type + a.Mode + a.Owner },
			"directory0700root"},
		{"a key by a link", func(s *scratch) { s.link("../../etc/secret", "/srv/rep/key", nobody) },
			func(h *Host) string { f := h.Private("/srv/rep/key"); return fmt.Sprint(f.Exists()) },
			"cannot be read with the rights of nobody"},
		{"the owner's key",
			func(s *scratch) { s.write(s.root+"/srv/rep/key", "k", 0o600); s.own("/srv/rep/key", nobody) },
			func(h *Host) string { f := h.Private("/srv/rep/key"); return fmt.Sprint(f.Exists(), f.State()) },
			digest("k")},
		{"a tree by a link", func(s *scratch) { s.link("../../etc", "/srv/rep/tree", nobody) },
			func(h *Host) string { return fmt.Sprint(h.HasTree("/srv/rep/tree", nil)) }, "h:/srv/rep/tree leads to "},
		{"a tree of root's with a folder of others", func(s *scratch) {
			if err := os.MkdirAll(s.root+"/srv/tree/in", 0o755); err != nil {
				s.t.Fatal(err)
			}
			s.own("/srv/tree/in", nobody)
		}, func(h *Host) string { return fmt.Sprint(h.HasTree("/srv/tree", nil)) },
			"h:/srv/tree has folders that others than root own"},
		{"the owner's tree", func(s *scratch) { s.file("/srv/rep/d/a\\b 'c", "text") },
			func(h *Host) string {
				return fmt.Sprint(h.HasTree("/srv/rep/d", map[string]TreeFile{"a\\b 'c": TextFile("text")}))
			}, "true"},
		{"a tree with a line end in a name", func(s *scratch) { s.file("/srv/rep/d/a\n"+digest("")+"  .", "text") },
			func(h *Host) string { return fmt.Sprint(h.HasTree("/srv/rep/d", nil)) }, "has a file with a line end in its name"},
		{"where everybody may write", func(s *scratch) {
			if err := os.Mkdir(s.root+"/srv/all", 0o755); err != nil {
				s.t.Fatal(err)
			}
			if err := os.Chmod(s.root+"/srv/all", 0o777|os.ModeSticky); err != nil {
				s.t.Fatal(err)
			}
			s.write(s.root+"/srv/all/x", secret, 0o600)
		}, func(h *Host) string { return h.File("/srv/all/x").Text() }, "with the rights of everybody, who may write in " +
			"/srv/all"},
		{"where a group may write", func(s *scratch) {
			if err := os.Mkdir(s.root+"/srv/group", 0o755); err != nil {
				s.t.Fatal(err)
			}
			if err := os.Chown(s.root+"/srv/group", 0, 50); err != nil {
				s.t.Fatal(err)
			}
			if err := os.Chmod(s.root+"/srv/group", 0o775); err != nil {
				s.t.Fatal(err)
			}
			s.write(s.root+"/srv/group/x", secret, 0o640)
		}, func(h *Host) string { return h.File("/srv/group/x").Text() }, "with the rights of group staff, who may write " +
			"in /srv/group"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := theirs(t)
			c.make(s)
			got := ""
			_, err := s.tryPlan(func(h *Host) error { got = c.ask(h); return nil })
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if strings.Contains(got, secret) && c.want != secret {
				t.Errorf("the secret is shown: %s", got)
			}
		})
	}
}

// TestCheckoutOfOthers: git in somebody else's repository runs with the owner's rights,
// whatever its configuration says, and in root's it runs no hooks.
func TestCheckoutOfOthers(t *testing.T) {
	for _, owner := range []int{nobody, 0} {
		s := theirs(t)
		if out, err := exec.Command("cp", "-a", checkedOut(t), s.root+"/srv/rep/git").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		at := "/srv/rep/git"
		if owner == 0 {
			at = "/srv/git"
			if err := os.Rename(s.root+"/srv/rep/git", s.root+at); err != nil {
				t.Fatal(err)
			}
		}
		told := s.root + "/srv/rep/d/told"
		for _, config := range []string{"core.fsmonitor=id -u >>" + told, "filter.x.clean=sh -c 'id -u >>" + told +
			"; cat'"} {
			name, value, _ := strings.Cut(config, "=")
			if out, err := exec.Command("git", "-c", "safe.directory=*", "-C", s.root+at, "config",
				name, value).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		s.file(at+"/.gitattributes", "* filter=x\n")
		if out, err := exec.Command("chown", "-R", fmt.Sprint(owner), s.root+at).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if owner == 0 { // the configuration is the other user's nevertheless
			s.own(at+"/.git/config", nobody)
			s.own(at+"/.git", nobody)
		}
		edited := false
		_, err := s.tryPlan(func(h *Host) error { edited = h.Edited(at); return nil })
		ran, _ := os.ReadFile(told)
		for who := range strings.FieldsSeq(string(ran)) {
			if who == "0" {
				t.Errorf("owner %d: it ran as root", owner)
			}
		}
		if owner == nobody && (err != nil || !edited || !strings.Contains(string(ran), "65534")) {
			t.Errorf("edited is %v: %v; it ran as %q", edited, err, ran)
		}
	}
}

// checkedOut is a working copy.
func checkedOut(t *testing.T) string {
	url, _, _ := repository(t)
	return strings.TrimPrefix(url, "file://")
}

// TestReadRaces: an owner who swaps what is in the folder as fast as possible gets
// nothing of root's shown.
func TestReadRaces(t *testing.T) {
	t.Parallel()
	s := theirs(t)
	if err := os.Mkdir(s.root+"/etc/root", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x", "x.conf", "key"} {
		s.write(s.root+"/etc/root/"+name, secret, 0o600)
		s.write(s.root+"/srv/rep/d/"+name, "text", 0o644)
	}
	loop := exec.Command("sh", "-c", `cd "$1" || exit
		while :; do
			mv d e; ln -s ../../etc/root d; rm d; mv e d
			ln -sf ../../etc/root/x x; rm -f x; echo text >x; rm -f x; ln ../../etc/root/x x; mkdir x; rmdir x
		done 2>/dev/null`, "sh", s.root+"/srv/rep")
	loop.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Setpgid: true}
	if err := loop.Start(); err != nil {
		t.Fatal(err)
	}
	defer loop.Wait()
	defer syscall.Kill(-loop.Process.Pid, syscall.SIGKILL)
	shown := 0
	for range rounds(150, 40) {
		h := asking(t)
		h.reset()
		h.Glob("/srv/rep/d/*.conf")
		h.Glob("/srv/*/d/*.conf")
		h.Private("/srv/rep/d/key").Exists()
		h.HasTree("/srv/rep/d", nil)
		h.File("/srv/rep/d/x")
		h.File("/srv/rep/x")
		out, err := exec.Command("sh", "-c", h.readScript("nonce", s.root)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), secret) || strings.Contains(string(out), digest(secret)) {
			t.Fatalf("the secret is in the answer: %q", out)
		}
		if strings.Contains(string(out), "text") {
			shown++
		}
	}
	if shown == 0 {
		t.Error("nothing of the owner's own was ever shown")
	}
}

// TestAnswerKey: while an answer is read its key is in no argument list and no
// environment, and processes with less than root's rights cannot write to it.
func TestAnswerKey(t *testing.T) {
	s := theirs(t)
	// This sha256sum prints whatever it can access.
	s.write(s.root+"/srv/rep/key", "k", 0o644)
	told := s.root + "/srv/rep/d/told"
	s.write(filepath.Join(s.bin, "sha256sum"),
		fmt.Sprintf("#!/bin/sh\ntr '\\0' ' ' </proc/$$/environ >>%[1]s; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' "+
			"' >>%[1]s\nreadlink /proc/$$/fd/2 >%[1]s.fd\necho 0 >&2\nexec /usr/bin/sha256sum\n", told), 0o755)
	for _, d := range []string{s.bin, filepath.Dir(s.bin)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h := asking(t)
	h.reset()
	h.Private("/srv/rep/key").Exists()
	cmd := exec.Command("sh", "-c", h.readScript("nonce", s.root))
	cmd.Env = []string{"PATH=" + s.bin + ":/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(out), "\n@nonce ")
	key, _, _ := strings.Cut(rest, "\n")
	seen, err := os.ReadFile(told)
	if err != nil || len(key) < 32 || strings.Contains(string(seen), key) {
		t.Errorf("the key %q is seen: %v in %q", key, err, seen)
	}
	if fd, _ := os.ReadFile(told + ".fd"); string(fd) != "/dev/null\n" {
		t.Errorf("its errors go to %q", fd)
	}
}
