package tasks

import (
	"fmt"
	"sort"

	"odooctl/inventory/nearest"
)

// entry is a registered task: its factory and a line of help.
type entry struct {
	help string
	make func() Task
}

var registered = map[string]entry{}

// Register makes a task available to playbooks under a name, with a line that says what
// it does. Call it from the init function of the task's own file. The value that make
// returns is filled from the playbook's YAML before Plan.
func Register(name, help string, make func() Task) {
	if _, taken := registered[name]; taken {
		panic("task " + name + " is registered twice")
	}
	registered[name] = entry{help, make}
}

// New returns a blank task of that name.
func New(name string) (Task, error) {
	e, ok := registered[name]
	if !ok {
		names, _ := Names()
		return nil, fmt.Errorf("there is no task %s%s; odooctl playbook tasks lists them", name, nearest.Hint(name, names))
	}
	return e.make(), nil
}

// Names lists the registered tasks, sorted, with their help.
func Names() (names []string, help map[string]string) {
	help = map[string]string{}
	for n, e := range registered {
		names = append(names, n)
		help[n] = e.help
	}
	sort.Strings(names)
	return names, help
}
