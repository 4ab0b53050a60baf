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
		Short: "Take an Odoo host out of service in nginx",
		Long: `Stop the nginx hosts of a deployment from sending requests to an Odoo host, and
change nothing else. Requests that HOST is working on are finished; new ones go to the
other hosts. The last host that serves cannot be drained. HOST stays out of service,
even when apply runs, until odooctl undrain.

With --keep-clients HOST keeps serving the clients that it has, and gets no new ones.
That needs nginx 1.29.6 or later; an older one sends HOST no more requests at all.`,
		Example: `odooctl drain mycompany app1
odooctl drain mycompany app1 --keep-clients # who is there may stay`,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			to := site.Down
			if o.keepClients {
				to = site.Drain
			}
			return runDrain(c.Context(), u, args, to, o.applyOptions)
		},
	}
	c.Flags().BoolVar(&o.keepClients, "keep-clients", false, "keep serving the clients that the host has")
	o.wayFlags(c)
	o.askFlags(c)
	return c
}

func newUndrain(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "undrain INVENTORY DEPLOYMENT HOST",
		Short: "Let nginx send requests to an Odoo host again",
		Long: `Let the nginx hosts of a deployment send requests again to an Odoo host that odooctl
drain took out of service. Odoo there has a minute to answer nginx; if it does not,
nothing is changed.`,
		Example: `odooctl undrain mycompany app1
odooctl undrain -i acme.yaml acme app2 --yes`,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			return runDrain(c.Context(), u, args, site.Up, o)
		},
	}
	o.wayFlags(c)
	o.askFlags(c)
	return c
}

func runDrain(ctx context.Context, u *ui, args []string, to site.State, o applyOptions) error {
	return u.applyBook(ctx, args[0], o, func(inv *inventory.Inventory, _ *hostOptions) (*playbooks.Playbook, error) {
		return playbooks.Drain(inv, args[1], args[2], to, site.Note{Who: u.operator()})
	})
}
