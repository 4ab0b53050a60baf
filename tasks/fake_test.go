package tasks_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/tasks"
)

var directive = regexp.MustCompile(`(?m)^# (break|undo): (\d+)$`)

// TestFake: what tasks plan, a person is told and becomes of a host is the same on a host
// in memory as on a real one.
//
// A case is a test of tasktest with the playbook that is applied to its host, h. DIR in it
// is a folder for commands. The section said has how the script ends and what it says,
// or why there is no plan.
// With "# break: 3" the script fails behind its third line; with "# undo: 1" what was
// done is undone.
func TestFake(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Log("files are given to others, which root alone can: only random hosts are compared")
		return
	}
	names, err := filepath.Glob("testdata/fake/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no test data")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p := &pair{t: t, real: tasks.NewScratch(t)}
			a := txtar.Parse(bytes.ReplaceAll(data, []byte("DIR"), []byte(p.real.Bin)))
			said := p.open(a)
			do := map[string]int{"break": -1}
			for _, m := range directive.FindAllStringSubmatch(string(a.Comment), -1) {
				do[m[1]], _ = strconv.Atoi(m[2])
			}
			plan := p.plan()
			if plan == nil {
				p.differ("the error", said, p.refused+"\n")
				return
			}
			if got := p.apply(plan, do["break"]); got != said {
				t.Errorf("it says:\n%s", diff.Diff("want", []byte(said), "got", []byte(got)))
			}
			p.plan()
			if do["undo"] == 1 {
				p.apply(plan.Inverse(), -1)
				p.plan()
			}
		})
	}
}

// TestFakeRandom is the same for random hosts and tasks, which may fail anywhere.
func TestFakeRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			p := &pair{t: t, real: tasks.NewScratch(t)}
			p.open(&txtar.Archive{})
			p.real.Random(r)
			dir := p.real.Root + folder("").at()
			p.must(os.MkdirAll(dir, 0o755))
			for _, name := range []string{"same", "gone", "changed"}[:r.IntN(4)] {
				p.must(os.WriteFile(dir+"/"+name, []byte("same"), 0o644))
			}
			p.fake.SetFiles("h", p.tree())
			list := []tasks.NamedTask{{Name: "edits", Task: p.real.Edits(r)}}
			if os.Geteuid() == 0 { // new files in a folder are root's
				list = append(list, tasks.NamedTask{Name: "folder", Task: folder("new")})
			}
			p.stages = []tasks.Stage{{Name: "random", Hosts: p.inv.Hosts, Tasks: list}}
			line := -1 // it does not fail
			if seed%2 == 1 {
				line = r.IntN(30)
			}
			plan := p.plan()
			said := p.apply(plan, line)
			t.Logf("%d changes, breaks behind line %d: %s", plan.Count(), line, said)
			if again := p.plan(); again.Empty() != (line < 0) {
				t.Errorf("the next plan has %d changes", again.Count())
			}
		})
	}
}

// folder keeps a folder of three files, with this text where the last host had another.
type folder string

func (folder) at() string { return "/srv/apps/web" }

func (f folder) Plan(h *tasks.Host) error {
	program := tasks.TextFile(string(f))
	program.Executable = true
	h.Tree(f.at(), map[string]tasks.TreeFile{"same": tasks.TextFile("same"), "changed": tasks.TextFile(string(f)),
		"in/new": program})
	return nil
}
