package basic

import (
	"errors"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

func init() {
	tasks.Register("command", "a program or a line of shell, where its probe says that it is to run",
		func() tasks.Task { return &Command{} })
}

// Command runs a program: `command: {run: [createuser, -s, ann], user: postgres,
// unless: psql -c '\du' | grep -q ann}`.
type Command struct {
	Run  Words `yaml:"run"`
	Call `yaml:",inline"`
}

// Words is a line of shell, or a program and its arguments.
type Words struct {
	line string
	argv []string
}

// UnmarshalYAML accepts text or a list.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode(&w.argv)
	}
	return n.Decode(&w.line)
}

// text is the words as shell, and as a title.
func (w Words) text() (run, title string) {
	if len(w.argv) == 0 {
		return w.line, oneLine(w.line)
	}
	var quoted []string
	for _, a := range w.argv {
		quoted = append(quoted, shell.Quote(a))
	}
	return strings.Join(quoted, " "), oneLine(strings.Join(w.argv, " "))
}

// Validate checks the arguments of the playbook.
func (c *Command) Validate() error {
	run, title := c.Run.text()
	switch {
	case title == "" || len(c.Run.argv) > 0 && c.Run.argv[0] == "":
		return errors.New("command: run is missing: want shell, or a list of a program and its arguments")
	case strings.ContainsRune(run, 0):
		return errors.New("command: run holds a NUL")
	}
	return c.validate("command")
}

// Plan implements tasks.Task.
func (c *Command) Plan(h *tasks.Host) error {
	run, title := c.Run.text()
	return c.plan(h, title, "", run, "")
}
