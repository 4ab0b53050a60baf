package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/postgresql"
)

func newValidate(u *ui) *cobra.Command {
	var form output
	c := &cobra.Command{
		Use:   "validate INVENTORY...",
		Short: "Check inventories and playbooks without touching any host",
		Long: `Check inventories and playbooks without touching any host: all that can be known
without one. Of the Odoo and the PostgreSQL that an inventory declares that is their
options and settings too, and of this machine that the files which it names are there.
All findings are shown at once, one in a line, as editors and CI take them:
FILE:LINE:COLUMN: error|warning: TEXT. A file that is a list is a playbook; - is the
standard input, whose paths start here.

Exit status: 0 no errors, 1 errors.`,
		Example: `odooctl validate
odooctl validate -o junit customers/*.yaml > validate.xml # for CI`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			found, err := alone(u, func() (*report.ValidateDocument, error) { return u.examine(args) })
			if err != nil {
				return err
			}
			return u.showFindings(found, form)
		},
	}
	form.flags(c, junit)
	return c
}

// examine checks files, each an inventory or a playbook.
func (u *ui) examine(files []string) (*report.ValidateDocument, error) {
	found := &report.ValidateDocument{Files: []report.FileOf{}, Findings: []report.FindingOf{}}
	for _, file := range files {
		opts := u.machine()
		data, err := u.readFile(file)
		if err != nil {
			return nil, err
		}
		u.collectOften(len(data))
		if isPlaybook(data) {
			examinePlaybook(found, file, data)
			continue
		}
		opts.ReadFile = func(name string) ([]byte, error) {
			if name == file {
				return data, nil
			}
			return os.ReadFile(name)
		}
		if err := examineInventory(found, file, opts); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// readFile reads a file, or the standard input.
func (u *ui) readFile(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(u.in)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read inventory: %w", err)
	}
	return data, nil
}

// isPlaybook reports whether a file is a list, as playbooks are.
func isPlaybook(data []byte) bool {
	var doc yaml.Node
	if len(data) > large || yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return false
	}
	return doc.Content[0].Kind == yaml.SequenceNode
}

func examinePlaybook(found *report.ValidateDocument, file string, data []byte) {
	book, err := playbooks.Parse(file, data, beside(file))
	about := report.FileOf{File: file, Playbook: true}
	if book != nil {
		about.Plays = len(book.Plays)
	}
	found.Add(about, findings(err), nil)
}

// findings are the parts of an error that has positions.
func findings(err error) (list []inventory.Error) {
	var one inventory.Error
	many, joined := err.(interface{ Unwrap() []error })
	switch {
	case joined:
		for _, e := range many.Unwrap() {
			list = append(list, findings(e)...)
		}
	case errors.As(err, &one):
		list = append(list, one)
	case err != nil:
		list = append(list, inventory.Error{Msg: err.Error()})
	}
	return list
}

func examineInventory(found *report.ValidateDocument, file string, opts inventory.Options) error {
	inv, errs, err := inventory.Examine(file, opts)
	if err != nil {
		return err
	}
	warnings := inv.Warnings
	more, wrong := odoo.AdviseAll(inv)
	warnings, wrong = append(warnings, more...), append(wrong, odoo.CheckOptions(inv)...)
	more, missing := inv.Missing()
	for _, e := range slices.Concat(wrong, postgresql.CheckAll(inv), missing) {
		if !slices.ContainsFunc(errs, func(o inventory.Error) bool { return o.Pos == e.Pos }) { // one is enough
			errs = append(errs, e)
		}
	}
	about := report.FileOf{File: file, Hosts: len(inv.Hosts), Deployments: len(inv.Deployments)}
	found.Add(about, errs, append(warnings, more...))
	return nil
}

// showFindings prints what was found, and a line of each file.
func (u *ui) showFindings(found *report.ValidateDocument, form output) error {
	if form.json() {
		if err := u.printDocument(form, found); err != nil {
			return err
		}
	} else {
		u.printFindings(found)
	}
	if found.Errors > 0 {
		return codeError(exitUsage)
	}
	return nil
}

func (u *ui) printFindings(found *report.ValidateDocument) {
	for _, f := range found.Findings {
		u.printf("%s\n", tasks.Printable(f.String()))
	}
	for _, f := range found.Files {
		if f.Playbook {
			u.printf("%s: %s\n", f.File, tasks.Plural(f.Plays, "play"))
			continue
		}
		u.printf("%s: %s, %s\n", f.File, tasks.Plural(f.Hosts, "host"), tasks.Plural(f.Deployments, "deployment"))
	}
	if len(found.Findings) > 0 || len(found.Files) > 1 {
		u.printf("%s, %s\n", tasks.Plural(found.Errors, "error"), tasks.Plural(found.Warnings, "warning"))
	}
}

// beside reads files that a playbook names.
func beside(book string) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(book), name)
		}
		return os.ReadFile(name)
	}
}
