package basic

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

func init() {
	tasks.Register("script", "a program that stands beside the playbook, run on the host",
		func() tasks.Task { return &Script{} })
}

// Script copies a program to the host and runs it there: `script: {source: seed.py,
// args: [--all], user: odoo, creates: /var/lib/seeded}`. The copy is removed when it
// has ended.
type Script struct {
	Source string   `yaml:"source"` // a file beside the playbook that begins with #! and its interpreter
	Args   []string `yaml:"args"`
	Call   `yaml:",inline"`

	text        string
	interpreter []string
}

// Validate checks the arguments of the playbook.
func (s *Script) Validate() error {
	if s.Source == "" {
		return errors.New("script: source is missing: the file beside the playbook that is run")
	}
	return s.validate("script")
}

// Load reads the program and its interpreter, because the host's folder of temporary
// files may be mounted noexec.
func (s *Script) Load(read func(string) ([]byte, error)) error {
	data, err := read(s.Source)
	if err != nil {
		return err
	}
	s.text = string(data)
	first, _, _ := strings.Cut(s.text, "\n")
	line, ok := strings.CutPrefix(first, "#!")
	program, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch {
	case strings.HasSuffix(first, "\r"):
		return fmt.Errorf("%s has the line ends of Windows, which its interpreter does not take", s.Source)
	case !ok || !path.IsAbs(program):
		return fmt.Errorf("%s does not begin with a line such as #!/bin/sh", s.Source)
	}
	s.interpreter = []string{program}
	if argument = strings.TrimSpace(argument); argument != "" { // the kernel passes it as one argument, see execve(2)
		s.interpreter = append(s.interpreter, argument)
	}
	return nil
}

// lend is shell that gives the user a copy of the program, removed when this shell
// exits.
const lend = `d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 143' INT TERM
cp "$2" "$d"/%[1]s && chmod 500 "$d"/%[1]s%[2]s || exit 1
p="$d"/%[1]s
export p
`

// Plan implements tasks.Task.
func (s *Script) Plan(h *tasks.Host) error {
	var words []string
	for _, w := range s.interpreter {
		words = append(words, shell.Quote(w))
	}
	words = append(words, `"$p"`)
	for _, w := range s.Args {
		words = append(words, shell.Quote(w))
	}
	give := ""
	if s.User != "" {
		give = ` && chown -R ` + shell.Quote(s.User) + ` "$d"`
	}
	before := fmt.Sprintf(lend, shell.Quote(path.Base(s.Source)), give)
	return s.plan(h, oneLine(s.Source+" "+strings.Join(s.Args, " ")), before, strings.Join(words, " "), s.text)
}
