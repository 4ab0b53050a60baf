package odooctl_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// arrow says which of our packages a part of the house may import, outside of
// tests, and why. A part is a folder and all below it.
type arrow struct {
	part string
	may  []string
	why  string
}

var arrows = []arrow{
	{"cmd/odooctl", []string{"playbooks", "inventory", "tasks"}, "a verb makes one call and prints what came of it; of " +
		"tasks it takes the types of a plan"},
	{"playbooks/journal", []string{"remote/shell", "inventory/nearest"},
		"it keeps what happened, as names and digests, and is read by " +
			"programs that know no " +
			"playbook"},
	{"playbooks/planfile", []string{"playbooks/journal", "tasks", "inventory"},
		"a plan file knows plans and states; whose they are, who reads it says"},
	{"playbooks/connect", []string{"inventory", "remote"}, "it logs in; what for, others know"},
	{"playbooks/view", []string{"playbooks/journal"}, "it makes text of events, and knows neither hosts nor terminals"},
	{"playbooks/report/schematest", nil, "it compares any document with any schema"},
	{"playbooks/report", []string{"playbooks/run", "playbooks/journal", "playbooks/planfile", "playbooks/graph",
		"tasks", "inventory", "remote"}, "it says what became of a run, and does nothing on a host"},
	{"playbooks/run", []string{"playbooks", "tasks", "remote", "inventory"},
		"it does what a playbook says, and knows no command line; see rooms"},
	{"playbooks/graph", []string{"tasks", "inventory"}, "it draws what an inventory says, and asks no host"},
	{"playbooks", []string{"tasks", "inventory"}, "a playbook says who gets what and when; how it gets there is for " +
		"package run"},
	{"tasks", []string{"inventory", "remote/plain", "remote/shell"}, "tasks edit a picture of a host and cannot reach " +
		"for the host itself"},
	{"inventory", nil, "an inventory is read and checked by itself, so that everything else may use it"},
	{"remote", nil, "it carries bytes to and from a host; what they mean is for others to know"},
	{"lab", []string{"remote/shell"}, "it boots hosts for whatever program is tried on them; how a shell is given a " +
		"word is the same everywhere"},
	{"e2e", []string{"lab"}, "tests from end to end call the program as a person does"},
	{"bench/fleet", []string{"inventory", "playbooks", "tasks"}, "its hosts answer what the tasks ask of them"},
	{"bench", []string{"lab", "remote/remotetest/far"}, "the benchmark calls the program as a person does, from near " +
		"and far"},
	{"docs", []string{"inventory", "playbooks"}, "the tests of the documentation load its examples"},
	{".", nil, "these tests read source files"},
}

func TestImports(t *testing.T) {
	for _, f := range goFiles(t) {
		i := slices.IndexFunc(arrows, func(a arrow) bool { return below(f.dir, a.part) })
		if i < 0 {
			t.Errorf("%s: nothing says what this folder may import; add it to arrows with a reason", f.path)
			continue
		}
		a := arrows[i]
		for _, name := range f.imports {
			ours, ok := strings.CutPrefix(name, "odooctl/")
			if ok && !f.test && !below(ours, append(a.may, a.part)...) {
				t.Errorf("%s imports %s; %s may import, of ours, only [%s]: %s", f.path, name, a.part, strings.Join(a.may, " "),
					a.why)
			}
			if ours == "lab" && !below(f.dir, "lab", "e2e", "bench") {
				t.Errorf("%s imports %s: only e2e and bench boot hosts; other tests on hosts take a lab that runs, from "+
					"ODOOCTL_LAB_STATE", f.path, name)
			}
		}
	}
}

// rooms are the packages below playbooks, and itself, in their order: each may import
// those before it.
var rooms = []string{"playbooks", "playbooks/journal", "playbooks/view", "playbooks/graph", "playbooks/planfile",
	"playbooks/connect", "playbooks/run", "playbooks/report", "playbooks/report/schematest"}

// TestRooms: no room of playbooks calls one above it.
func TestRooms(t *testing.T) {
	for _, f := range goFiles(t) {
		if !below(f.dir, "playbooks") || f.test {
			continue
		}
		at := slices.Index(rooms, f.dir)
		if at < 0 {
			t.Errorf("%s: nothing says which packages of playbooks this one may import; add it to rooms", f.path)
			continue
		}
		for _, name := range f.imports {
			if up := slices.Index(rooms, strings.TrimPrefix(name, "odooctl/")); up >= at {
				t.Errorf("%s imports %s, which is above it: what both need belongs in a package below both", f.path, name)
			}
		}
	}
}

// impure are packages through which code reads or changes the machine it runs on.
var impure = []string{"os", "syscall", "net/http", "net/rpc", "io/ioutil", "path/filepath", "log", "golang.org/x/sys",
	"golang.org/x/crypto/ssh"}

// impureNames are the same in packages that also have something for a task. Of
// net, a task takes what handles text.
var impureNames = map[string]func(name string) bool{
	"net":  func(name string) bool { return name != "JoinHostPort" && name != "SplitHostPort" },
	"time": func(name string) bool { return name == "Now" || name == "Sleep" || name == "After" || name == "Tick" },
	"fmt":  func(name string) bool { return strings.HasPrefix(name, "Print") || strings.HasPrefix(name, "Scan") },
}

func TestTasksArePure(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || !below(f.dir, "tasks") || below(f.dir, "tasks/tasktest") {
			continue
		}
		for _, name := range f.imports {
			if below(name, impure...) {
				t.Errorf("%s imports %s: planning does no I/O, so that a plan is exact, quick and testable; ask Host for what is "+
					"on a host, and return what has to run there", f.path, name)
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := s.X.(*ast.Ident)
			if ok && impureNames[x.Name] != nil && impureNames[x.Name](s.Sel.Name) {
				t.Errorf("%s uses %s.%s: planning has no network, clock, input or output of its own; see Host", f.path, x.Name,
					s.Sel.Name)
			}
			return true
		})
	}
}

// below reports whether a folder or import path is one of these, or in one.
func below(name string, parents ...string) bool {
	return slices.ContainsFunc(parents, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") })
}
