package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// spanUp makes a tunnel between two hosts. The inventory may come first or last.
func (u *ui) spanUp(ctx context.Context, file, word string, o tunnelUpOptions) error {
	switch {
	case o.span <= 0:
		return fmt.Errorf("%s: for how long? Say --for 2h; a permanent tunnel belongs in the inventory (postgresql.access: "+
			"tunnel)", word)
	case o.exec != "" || o.port != 0 || o.expose:
		return errors.New("--exec, --port and --expose are for a tunnel from this machine")
	}
	return u.changeSpan(ctx, file, word, o.apply, func(s playbooks.Span) *playbooks.Playbook {
		return playbooks.OpenSpan(s, time.Now().Add(o.span))
	})
}

func newTunnelDown(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "down INVENTORY HOST:PORT=HOST:PORT",
		Short: "Close a tunnel between two hosts before its time is over",
		Long: `Close a tunnel that tunnel up has made between two hosts before its time is over,
and leave nothing of it on either. A permanent one ends with postgresql.access in the
inventory and an apply; one from this machine ends with Ctrl-C.`,
		Example: `odooctl tunnel down app1:15432=db1:5432
odooctl tunnel down -i acme.yaml app1:15432=db1:5432 --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			file, word := args[0], args[1]
			if playbooks.IsSpan(file) {
				file, word = word, file
			}
			return u.changeSpan(c.Context(), file, word, o, playbooks.CloseSpan)
		},
	}
	o.hostFlags(c)
	o.askFlags(c)
	return c
}

// changeSpan applies the playbook of a tunnel between two hosts.
func (u *ui) changeSpan(ctx context.Context, file, word string, o applyOptions,
	book func(playbooks.Span) *playbooks.Playbook) error {
	return u.applyBook(ctx, file, o, func(inv *inventory.Inventory, _ *hostOptions) (*playbooks.Playbook, error) {
		s, err := playbooks.ParseSpan(inv, word)
		if err != nil {
			return nil, err
		}
		return book(s), nil
	})
}
