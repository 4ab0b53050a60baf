package main

import (
	"context"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
)

func newMaintenance(u *ui) *cobra.Command {
	var o applyOptions
	var off bool
	c := &cobra.Command{
		Use:   "maintenance INVENTORY DEPLOYMENT",
		Short: "Have nginx answer with a page while Odoo is worked on",
		Long: `Have the nginx hosts of a deployment answer every request with status 503 and a page
that says so, and change nothing else. Nothing reaches Odoo then but requests of the
addresses that the inventory lists in nginx.maintenance.allow. The page stays, also
when apply runs, until --off takes it away.

` + exitTable,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return runMaintenance(c.Context(), u, args, off, o)
		},
	}
	c.Flags().BoolVar(&off, "off", false, "take the page away")
	o.wayFlags(c)
	o.applyFlags(c)
	return c
}

func runMaintenance(ctx context.Context, u *ui, args []string, off bool, o applyOptions) error {
	return u.applyBook(ctx, args[0], o, func(inv *inventory.Inventory, _ *hostOptions) (*playbooks.Playbook, error) {
		return playbooks.Maintenance(inv, args[1], off)
	})
}
