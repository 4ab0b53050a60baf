package main

import (
	"github.com/spf13/cobra"

	"odooctl/tasks"
	"odooctl/tasks/odoo"
)

func newValidate(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "validate INVENTORY",
		Short: "Check an inventory without touching any host",
		Long: `Check an inventory without touching any host. All findings are shown at once,
each with file, line and column.

Exit status: 0 valid, 1 not valid.`,
		Example: `odooctl validate
odooctl validate customers/acme.yaml # another file than inventory.yaml here`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			inv, err := u.load(args[0])
			if err != nil {
				return err
			}
			warnings, errs := odoo.AdviseAll(inv)
			for _, w := range warnings {
				u.warnf("%s", w.Error())
			}
			if len(errs) > 0 {
				return errs
			}
			u.printf("%s: %s, %s\n", args[0], tasks.Plural(len(inv.Hosts), "host"),
				tasks.Plural(len(inv.Deployments), "deployment"))
			return nil
		},
	}
}
