package tasks

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func init() { states = append(states, folders...) }

const addons = "/var/lib/odoo/addons"

// folders are hosts before a run, and tasks that change whole folders.
var folders = []state{
	{"new tree", makeAddons, func(*scratch) taskFunc {
		return func(h *Host) error {
			h.Tree(addons+"/custom", map[string]TreeFile{"a/__init__.py": TextFile("a\n"), "a/it's $x": TextFile("b"),
				"run": executable(TextFile("#!/bin/sh\n"))})
			return nil
		}
	}},
	{"changed tree", func(s *scratch) {
		makeAddons(s)
		for _, d := range []string{"/custom/a/old", "/custom/b"} {
			if err := os.MkdirAll(s.root+addons+d, 0o755); err != nil {
				s.t.Fatal(err)
			}
		}
		s.file(addons+"/custom/a/same", "same\n")
		s.file(addons+"/custom/a/old/gone", "gone\n")
		s.file(addons+"/custom/b/changed", "1\n")
	}, func(*scratch) taskFunc {
		return func(h *Host) error {
			h.Tree(addons+"/custom", map[string]TreeFile{"a/same": TextFile("same\n"), "b/changed": TextFile("2\n"),
				"c/new": TextFile("")})
			return nil
		}
	}},
	{"new tree in new folders", func(*scratch) {}, func(s *scratch) taskFunc {
		return func(h *Host) error {
			for _, d := range []string{"/var/lib/odoo", addons} {
				h.Directory(d, s.owner, s.group, 0o755)
			}
			h.Tree(addons+"/custom", map[string]TreeFile{"a/__init__.py": TextFile("a\n")})
			return nil
		}
	}},
	{"new checkout", makeAddons, func(s *scratch) taskFunc {
		url, first, _ := repository(s.t)
		return func(h *Host) error { h.Checkout(addons+"/git", url, first); return nil }
	}},
}

func makeAddons(s *scratch) {
	if err := os.MkdirAll(s.root+addons, 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// repository makes a git repository with two commits, the second of which has the tag
// v2.
func repository(t *testing.T) (url, first, second string) {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com",
			"-c", "init.defaultBranch=main"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+dir, "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
			"GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	write := func(text string) {
		if err := os.WriteFile(dir+"/file", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		git("add", "file")
		git("commit", "-q", "-m", text)
	}
	git("init", "-q")
	write("one")
	first = git("rev-parse", "HEAD")
	write("two")
	git("tag", "v2")
	return "file://" + dir, first, git("rev-parse", "HEAD")
}

// TestCheckout: a checkout moves to another revision and back, manual edits are reset,
// and an unknown revision changes nothing.
func TestCheckout(t *testing.T) {
	s := newScratch(t)
	makeAddons(s)
	url, first, _ := repository(t)
	at := func(rev string) *Plan {
		return s.plan(func(h *Host) error { h.Checkout(addons+"/git", url, rev); return nil })
	}
	holds := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(s.root + addons + "/git/file"); string(got) != want {
			t.Fatalf("the file has %q, want %q: %v", got, want, err)
		}
	}
	s.mustApply(at(first))
	holds("one")
	move := at("v2")
	s.mustApply(move)
	holds("two")
	if p := at("v2"); !p.Empty() {
		t.Errorf("the second plan has %d changes", p.Count())
	}
	s.mustApply(move.Inverse())
	holds("one")
	s.file(addons+"/git/file", "edited")
	s.mustApply(at(first))
	holds("one")
	if code, out := s.apply(at("v3")); code != int(ExitPutBack) || !strings.Contains(out, "fetch v3") {
		t.Errorf("a revision that is nowhere: exit %d\n%s", code, out)
	}
	holds("one")
	s.mustApply(at(first))
	holds("one")
}

func executable(f TreeFile) TreeFile {
	f.Executable = true
	return f
}
