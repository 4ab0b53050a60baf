package tasks

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const opt = "/opt/odoo"

func init() {
	states = append(states, state{"new build", func(s *scratch) { makeFolder(s, opt) },
		func(*scratch) taskFunc { return buildsOf("1", "echo one >\"$1/file\"") }})
}

func makeFolder(s *scratch, dir string) {
	if err := os.MkdirAll(s.root+dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// buildsOf makes a version and points the link to it.
func buildsOf(version, run string) taskFunc {
	return func(h *Host) error {
		b := Build{Link: opt + "/tree", Version: version, What: "version " + version, Run: run,
			Input: "input of " + version}
		h.Build(b)
		h.Link(b.Link, path.Base(b.Dir()))
		return nil
	}
}

// TestBuild: a folder that the host builds is made once, gets its input, is removed on
// failure, and stays as long as something points to it or may.
func TestBuild(t *testing.T) {
	s := newScratch(t)
	makeFolder(s, opt)
	number := 0
	apply := func(p *Plan) (int, string) {
		number++ // a run's transactions are named RUN-NUMBER
		return s.sh(p.Pack(Run{ID: "20260101T00000" + string(rune('0'+number)) + "-abcd-01", Who: "test", Root: s.root}))
	}
	must := func(p *Plan) {
		t.Helper()
		if code, out := apply(p); code != 0 {
			t.Fatalf("exit %d\n%s", code, out)
		}
	}
	holds := func(want ...string) {
		t.Helper()
		list, err := filepath.Glob(s.root + opt + "/tree-*")
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			list[i] = path.Base(list[i])
		}
		if !slices.Equal(list, want) {
			t.Fatalf("there are %v, want %v", list, want)
		}
	}
	target := func() string {
		text, _ := os.ReadFile(s.root + opt + "/tree/file")
		return string(text)
	}
	const run = `cat "$2" >"$1/file"; echo "$1" >>"$1/file"`

	must(s.plan(buildsOf("1", run)))
	if got := target(); got != "input of 1"+s.root+opt+"/tree-1\n" {
		t.Fatalf("the folder holds %q", got)
	}
	if p := s.plan(buildsOf("1", "exit 1")); !p.Empty() {
		t.Errorf("the second plan has %d changes", p.Count())
	}

	code, out := apply(s.plan(buildsOf("2", `echo half >"$1/file"; echo "no such package"; exit 1`)))
	if code != int(ExitPutBack) || !strings.Contains(out, "failed: make /opt/odoo/tree-2: version 2") ||
		!strings.Contains(out, "no such package") {
		t.Errorf("a build that fails: exit %d\n%s", code, out)
	}
	holds("tree-1")

	makeFolder(s, opt+"/tree-2") // as left by a killed run
	s.file(opt+"/tree-2/left", "")
	second := s.plan(buildsOf("2", run))
	must(second)
	if _, err := os.Stat(s.root + opt + "/tree-2/left"); err == nil {
		t.Error("what a killed run had begun is part of the folder")
	}
	holds("tree-1", "tree-2")
	must(second.Inverse())
	holds("tree-1")
	if got := target(); !strings.Contains(got, "tree-1") {
		t.Errorf("the way back leads to %q", got)
	}

	for _, v := range []string{"3", "4", "5", "6", "7", "8"} {
		must(s.plan(buildsOf(v, run)))
	}
	holds("tree-3", "tree-4", "tree-5", "tree-6", "tree-7", "tree-8") // five runs can be undone
}

// TestFilledMeanwhile: a directory that a run has made, and others have filled,
// survives a rollback, which is complete all the same.
func TestFilledMeanwhile(t *testing.T) {
	s := newScratch(t)
	s.mustApply(s.plan(func(h *Host) error {
		h.Directory("/var/lib/home", s.owner, s.group, 0o750)
		h.Directory("/var/lib/empty", s.owner, s.group, 0o750)
		return nil
	}))
	s.file("/var/lib/home/data", "theirs")
	if code, out := s.sh(RollbackScript(Run{ID: "back-0", Who: "test", Root: s.root}, "run1"), nil); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if got, err := os.ReadFile(s.root + "/var/lib/home/data"); string(got) != "theirs" {
		t.Errorf("the data are %q: %v", got, err)
	}
	if _, err := os.Stat(s.root + "/var/lib/empty"); err == nil {
		t.Error("a directory that nobody filled stays")
	}
}
