package tasktest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
	"odooctl/tasks"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what the test data of plans wants")

// Stages returns which tasks run on which hosts of an inventory. limit is a pattern of
// hosts; "" = all.
type Stages func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error)

// Stage is one stage with these tasks, on the hosts that match the pattern.
func Stage(pattern string, names ...string) Stages {
	return func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		limited := pattern
		if limit != "" {
			limited += ":&" + limit
		}
		hosts, err := inv.Match(limited)
		if err != nil {
			return nil, err
		}
		s := tasks.Stage{Name: pattern, Hosts: hosts}
		for _, n := range names {
			task, err := tasks.New(n)
			if err != nil {
				return nil, err
			}
			s.Tasks = append(s.Tasks, tasks.NamedTask{Name: n, Task: task})
		}
		return []tasks.Stage{s}, nil
	}
}

// Run runs the tests in the files that match the pattern.
func Run(t *testing.T, pattern string, stages Stages) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data matches %s", pattern)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runFile(t, name, stages)
		})
	}
}

func runFile(t *testing.T, name string, stages Stages) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	e, err := parse(a)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{t: t, e: e, stages: stages}
	got := r.run()
	if !*rewrite {
		for _, s := range wantedSections {
			if got[s] != e.wanted[s] {
				t.Errorf("%s:\n%s", s, diff.Diff("want", []byte(e.wanted[s]), "got", []byte(got[s])))
			}
		}
		return
	}
	var kept []txtar.File
	for _, f := range a.Files {
		if !isWanted(f.Name) {
			kept = append(kept, f)
		}
	}
	for _, s := range wantedSections {
		if got[s] != "" {
			kept = append(kept, txtar.File{Name: s, Data: []byte(got[s])})
		}
	}
	a.Files = kept
	if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
