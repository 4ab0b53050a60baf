package basic

import (
	_ "embed"
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

//go:embed script.sh
var lend string

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
	before := shell.Bare(lend) + `lend "$2" ` + shell.Words(path.Base(s.Source), s.User) + "\n"
	return s.plan(h, oneLine(s.Source+" "+strings.Join(s.Args, " ")), before, strings.Join(words, " "), s.text)
}
