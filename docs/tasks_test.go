package docs_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"odooctl/playbooks"
	"odooctl/tasks"
)

// TestGenericTasks: each task that knows no particular system has an example in
// playbooks.md, and what those that run and ask may be told is described there.
func TestGenericTasks(t *testing.T) {
	text, err := os.ReadFile("playbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	arguments := map[string][]string{}
	names, _ := tasks.Names()
	for _, name := range names {
		if strings.Contains(name, ".") {
			continue
		}
		task, err := tasks.New(name)
		if err != nil {
			t.Fatal(err)
		}
		arguments[name] = playbooks.Arguments(task)
		told := strings.Contains(string(text), name+": {")
		if len(arguments[name]) == 0 {
			told = strings.Contains(string(text), "`"+name+"`")
		}
		if name != "template" && name != "script" && !told { // these take a file beside the playbook
			t.Errorf("docs/playbooks.md does not tell of the task %s: want an example %s: {...}, or `%s` where it takes no "+
				"arguments", name, name, name)
		}
	}
	want := map[string]bool{}
	for _, arg := range slices.Concat(arguments["command"], arguments["script"]) {
		want[arg] = true
	}
	if got, want := slices.Sorted(slices.Values(keyTables(t, "playbooks.md")["Commands"])),
		slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("Commands: the table has %v, the tasks take %v", got, want)
	}
	for _, name := range []string{"git", "wait_for", "http"} {
		for _, arg := range arguments[name] {
			if !strings.Contains(string(text), "`"+arg+"`") && !strings.Contains(string(text), " "+arg+": ") &&
				!strings.Contains(string(text), "{"+arg+": ") {
				t.Errorf("playbooks.md does not tell of %s of the task %s", arg, name)
			}
		}
	}
}
