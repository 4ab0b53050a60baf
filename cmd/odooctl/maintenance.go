package main

import (
	"context"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks/nginx/site"
)

func newMaintenance(u *ui) *cobra.Command {
	var o applyOptions
	var off bool
	c := &cobra.Command{
		Use:   "maintenance INVENTORY DEPLOYMENT",
		Short: "Show a maintenance page in place of Odoo",
		Long: `Have the nginx hosts of a deployment answer every request with status 503 and a
maintenance page, and change nothing else. Only requests from the addresses in
nginx.maintenance.allow of the inventory reach Odoo then. The page stays, even when
apply runs, until --off removes it, for which an Odoo has to answer nginx.`,
		Example: `odooctl maintenance mycompany
odooctl maintenance mycompany --off`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return runMaintenance(c.Context(), u, args, off, o)
		},
	}
	c.Flags().BoolVar(&off, "off", false, "remove the page")
	o.wayFlags(c)
	o.askFlags(c)
	return c
}

func runMaintenance(ctx context.Context, u *ui, args []string, off bool, o applyOptions) error {
	return u.applyBook(ctx, args[0], o, func(inv *inventory.Inventory, _ *hostOptions) (*playbooks.Playbook, error) {
		return playbooks.Maintenance(inv, args[1], off, site.Note{Who: u.operator()})
	})
}
