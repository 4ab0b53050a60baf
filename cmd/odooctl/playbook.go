package main

import (
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks"
	"odooctl/tasks"
)

func newPlaybook(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "playbook",
		Short: "Show the playbooks that come with odooctl, and the tasks for your own",
	}
	c.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the playbooks that come with odooctl, and what each does",
			Example: `odooctl playbook list
odooctl apply --playbook rolling-restart # runs one of them`,
			Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				w := newTable()
				w.wraps = true
				for _, name := range playbooks.EmbeddedNames() {
					w.row(name, playbooks.About(name))
				}
				return w.write(u.out, u.width())
			},
		},
		&cobra.Command{
			Use:   "show PLAYBOOK",
			Short: "Print a playbook that comes with odooctl, as a start for your own",
			Example: `odooctl playbook show site
odooctl playbook show site > mine.yaml # a start for your own`,
			Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				text, err := playbooks.Source(args[0])
				if err == nil {
					_, err = u.out.Write(text)
				}
				return err
			},
		},
		&cobra.Command{
			Use:   "tasks",
			Short: "List the tasks that a playbook may name, with their arguments",
			Example: `odooctl playbook tasks
odooctl plan -t odoo.conf,nginx # only these tasks`,
			Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return runPlaybookTasks(u) },
		},
	)
	return c
}

func runPlaybookTasks(u *ui) error {
	w := newTable()
	w.wraps = true
	names, help := tasks.Names()
	for _, name := range names {
		t, err := tasks.New(name)
		if err != nil {
			return err
		}
		text := help[name]
		if args := playbooks.Arguments(t); len(args) > 0 {
			text += " (" + strings.Join(args, ", ") + ")"
		}
		w.row(name, text)
	}
	return w.write(u.out, u.width())
}
