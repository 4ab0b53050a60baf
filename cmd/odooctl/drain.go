package main

import (
	"context"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks/nginx/site"
)

type drainOptions struct {
	applyOptions
	keepClients bool
}

func newDrain(u *ui) *cobra.Command {
	var o drainOptions
	c := &cobra.Command{
		Use:   "drain INVENTORY DEPLOYMENT HOST",
		Short: "Take an Odoo host out of what nginx passes requests to",
		Long: `Take an Odoo host out of what the nginx hosts of a deployment pass requests to, and
change nothing else. Requests that HOST is at work on end as they would; new ones go
to the others. The last host that serves stays in. HOST stays out, also when apply
runs, until odooctl undrain.

With --keep-clients HOST goes on with the clients that it has, and gets no new ones.
That takes nginx 1.29.6 or later; an older one takes HOST out.

` + exitTable,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			to := site.Down
			if o.keepClients {
				to = site.Drain
			}
			return runDrain(c.Context(), u, args, to, o.applyOptions)
		},
	}
	c.Flags().BoolVar(&o.keepClients, "keep-clients", false, "go on with the clients that the host has")
	o.wayFlags(c)
	o.applyFlags(c)
	return c
}

func newUndrain(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "undrain INVENTORY DEPLOYMENT HOST",
		Short: "Let nginx pass requests to an Odoo host again",
		Long: `Let the nginx hosts of a deployment pass requests to an Odoo host again that
odooctl drain took out.

` + exitTable,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			return runDrain(c.Context(), u, args, site.Up, o)
		},
	}
	o.wayFlags(c)
	o.applyFlags(c)
	return c
}

func runDrain(ctx context.Context, u *ui, args []string, to site.State, o applyOptions) error {
	return u.applyBook(ctx, args[0], o, func(inv *inventory.Inventory, _ *hostOptions) (*playbooks.Playbook, error) {
		return playbooks.Drain(inv, args[1], args[2], to)
	})
}
