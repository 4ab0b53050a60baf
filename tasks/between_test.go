package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// betweens are edits by somebody else while a transaction builds a folder, and what it
// then reports; "" if that is no reason to stop.
var betweens = []struct{ name, edit, says string }{
	{"content", "echo colleague >%s/etc/file", "changed since it was read: ./etc/file"},
	{"mode", "chmod 600 %s/etc/file", "changed since it was read: "},
	{"type", "rm %[1]s/etc/file; ln -s other %[1]s/etc/file", "changed since it was read: "},
	{"gone", "rm %s/etc/file", "changed since it was read: "},
	{"made", "echo colleague >%s/etc/new", "made since it was read: /etc/new"},
	{"link", "ln -sfn elsewhere %s/etc/link", "changed since it was read: ./etc/link"},
	{"tree", "echo colleague >%s" + addons + "/custom/a", "changed since it was read: files in " + addons + "/custom"},
	{"checkout", "echo colleague >%s" + addons + "/git/file", "changed since it was read: files in " + addons + "/git"},
	{"nothing", "true %s", ""},
	{"something else", "echo colleague >%s/etc/else", ""},
}

// TestEditedMeanwhile: edits during the transaction are detected before the first file
// is swapped. The edit stays, and nothing of the run.
func TestEditedMeanwhile(t *testing.T) {
	t.Parallel()
	url, first, second := repository(t)
	before := newScratch(t)
	before.file("/etc/file", "old\n")
	makeFolder(before, opt)
	makeFolder(before, addons+"/custom")
	before.file(addons+"/custom/a", "a\n")
	if err := os.Symlink("file", before.root+"/etc/link"); err != nil {
		t.Fatal(err)
	}
	before.mustApply(before.plan(func(h *Host) error {
		h.CheckoutWith(addons+"/git", url, first, Access{Guard: true})
		return nil
	}))
	for _, c := range betweens {
		t.Run(c.name, func(t *testing.T) {
			host := func() *scratch {
				s := newScratch(t)
				if out, err := exec.Command("cp", "-a", before.root+"/.", s.root).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				return s
			}
			alone := host() // with the edit alone
			if code, out := alone.sh(fmt.Sprintf(c.edit, alone.root), nil); code != 0 {
				t.Fatal(out)
			}
			s := host()
			code, out := s.apply(s.plan(func(h *Host) error {
				h.CheckoutWith(addons+"/git", url, second, Access{Guard: true})
				h.File("/etc/file").SetText("new\n")
				h.File("/etc/new").SetText("new\n").Own(s.owner, s.group, 0o644)
				h.Directory("/etc/folder", s.owner, s.group, 0o755)
				h.Link("/etc/link", "new")
				h.Tree(addons+"/custom", map[string]TreeFile{"a": TextFile("b\n")})
				h.Build(Build{Link: opt + "/tree", Version: "1", What: "it", Run: fmt.Sprintf(c.edit, s.root)})
				return nil
			}))
			if c.says == "" {
				if code != 0 {
					t.Errorf("exit %d: %s", code, out)
				}
				return
			}
			if code != int(ExitStale) || !strings.Contains(out, c.says) ||
				!strings.Contains(out, "put back: what this run had installed and made") {
				t.Errorf("exit %d, want %d that says %q:\n%s", code, ExitStale, c.says, out)
			}
			if now, want := s.without("/git/.git"), alone.without("/git/.git"); now != want {
				t.Errorf("now:\n%s\nwant:\n%s", now, want)
			}
		})
	}
}

// without is the tree without lines that contain a word.
func (s *scratch) without(word string) (text string) {
	for line := range strings.Lines(s.tree()) {
		if !strings.Contains(line, word) {
			text += line
		}
	}
	return text
}

// TestEditedWhileInstalling: packages that were installed for nothing are removed, and
// what cannot be removed is reported.
func TestEditedWhileInstalling(t *testing.T) {
	t.Parallel()
	for _, held := range []bool{false, true} {
		s := withPackages(t, "tool\n")
		s.file("/etc/five", "old\n")
		installer, err := os.ReadFile(s.bin + "/apt-get")
		if err != nil {
			t.Fatal(err)
		}
		s.write(s.bin+"/apt-get", string(installer)+"echo colleague >"+s.root+"/etc/five\n", 0o755)
		if held {
			s.write(s.bin+"/dpkg", "#!/bin/sh\necho something needs tool\nexit 1\n", 0o755)
		}
		code, out := s.apply(s.plan(func(h *Host) error {
			h.File("/etc/five").SetText("new\n")
			_, err := h.Package("tool")
			return err
		}))
		says := "what stays: configuration and data of the packages libtool tool"
		if held {
			says = "what stays: packages libtool tool"
		}
		if code != int(ExitStale) || !strings.Contains(out, "changed since it was read: ./etc/five") ||
			!strings.Contains(out, says) {
			t.Errorf("exit %d, want %d and %q:\n%s", code, ExitStale, says, out)
		}
		if got, _ := os.ReadFile(s.root + "/etc/five"); string(got) != "colleague\n" {
			t.Errorf("the colleague's text is %q", got)
		}
		if strings.Contains(s.packages(), "installed tool") != held {
			t.Errorf("packages:\n%s", s.packages())
		}
	}
}
