package main

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// grantOptions say which range is let in or shut out.
type grantOptions struct {
	applyOptions
	from string
	span time.Duration
}

func newPGAllow(u *ui) *cobra.Command {
	var o grantOptions
	c := &cobra.Command{
		Use:   "allow INVENTORY DEPLOYMENT --from RANGE --for TIME",
		Short: "Let a range in for a time; the host itself ends it",
		Long: `Let a range of addresses reach the databases of a deployment, as its role and with
its password, for a time. It is one row in pg_hba.conf. A timer on the host removes the
row when the time is over, even after a reboot, and without this machine; it leaves
nothing behind. An apply in between neither removes the row nor extends its time.
Connections that are open when the time is over stay open until they end.

Run again for the same range, it sets a new time.`,
		Example: `odooctl pg allow mycompany --from 203.0.113.7 --for 2h
odooctl pg allow mycompany --from 203.0.113.0/24 --for 30m --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return u.grant(c.Context(), args[0], args[1], o, time.Now().Add(o.span))
		},
	}
	o.grantFlags(c)
	c.Flags().Var(span(&o.span, time.Second, maxSpan), "for", "how long, such as 2h or 30m")
	c.MarkFlagRequired("for")
	return c
}

func newPGRevoke(u *ui) *cobra.Command {
	var o grantOptions
	c := &cobra.Command{
		Use:   "revoke INVENTORY DEPLOYMENT --from RANGE",
		Short: "End what allow has opened before its time is over",
		Long: `End what allow has opened for a range before its time is over. A range that the
inventory lets in stays.`,
		Example: `odooctl pg revoke mycompany --from 203.0.113.7
odooctl pg revoke -i acme.yaml acme --from 203.0.113.0/24`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return u.grant(c.Context(), args[0], args[1], o, time.Time{})
		},
	}
	o.grantFlags(c)
	return c
}

func (o *grantOptions) grantFlags(c *cobra.Command) {
	o.hostFlags(c)
	o.askFlags(c)
	c.Flags().StringVar(&o.from, "from", "", "the `range`, such as 203.0.113.7 or 203.0.113.0/24")
	c.MarkFlagRequired("from")
}

// grant lets a range in until a time, or shuts it out where that is zero.
func (u *ui) grant(ctx context.Context, file, name string, o grantOptions, until time.Time) error {
	from, err := addressRange(o.from)
	if err != nil {
		return fmt.Errorf("--from %s: %w", o.from, err)
	}
	return u.applyBook(ctx, file, o.applyOptions,
		func(inv *inventory.Inventory, way *hostOptions) (*playbooks.Playbook, error) {
			d, err := inv.FindDeployment(name, inventory.RolePostgreSQL)
			if err != nil {
				return nil, err
			}
			way.limit = d.PostgreSQL.Host.Name
			return playbooks.Grant(d, from, until), nil
		})
}

// addressRange reads an address or a range of them.
func addressRange(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return p, fmt.Errorf("want an address or a range, such as 203.0.113.7 or 203.0.113.0/24")
	case p != p.Masked():
		return p, fmt.Errorf("it has bits of a host: say %s for the range, or %s for the one address", p.Masked(), p.Addr())
	case p.Bits() == 0:
		return p, fmt.Errorf("that is every address: name the range that you mean")
	}
	return p, nil
}
