package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

type tunnelListOptions struct {
	hostOptions
	output output
}

func newTunnelList(u *ui) *cobra.Command {
	var o tunnelListOptions
	c := &cobra.Command{
		Use:   "list INVENTORY",
		Short: "List the tunnels between the hosts: permanent ones, and those for a time",
		Long: `List the tunnels between the hosts of the inventory, as found on the hosts that they
start from: permanent ones of postgresql.access: tunnel, those that tunnel up has made
for a time, and those that the inventory asks for and that are missing. It writes
nothing on any host. Whether they work, tunnel test tells.`,
		Example: `odooctl tunnel list
odooctl tunnel list -l app1 -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return u.tunnels(c.Context(), args[0], false, o) },
	}
	o.tunnelFlags(c)
	return c
}

func newTunnelTest(u *ui) *cobra.Command {
	var o tunnelListOptions
	c := &cobra.Command{
		Use:   "test INVENTORY",
		Short: "Try each tunnel between the hosts, from where it starts",
		Long: `Try each tunnel between the hosts of the inventory, from the host that it starts
from. A permanent one is proven by identity: PostgreSQL answers through it, lets the
role in, and has the system identifier of the right server. For one that is there for a
time, the far end has to accept a connection.

The proof is one of ok, down (nothing listens), stale (a socket without a process),
silent (the link is dead), dead (the far end does not answer), foreign (something other
than PostgreSQL answers), refused (PostgreSQL does not let the role in), wrong (another
PostgreSQL), missing (not made yet) and unknown.

Exit status:
  0    all work, or there are none
  1    usage or inventory
  2    one does not work, or a host failed
  4    a host could not be reached; all tunnels of the others work
  130  interrupted`,
		Example: `odooctl tunnel test
odooctl tunnel test -l mycompany`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return u.tunnels(c.Context(), args[0], true, o) },
	}
	o.tunnelFlags(c)
	return c
}

func (o *tunnelListOptions) tunnelFlags(c *cobra.Command) {
	limitFlag(c, &o.limit)
	o.wayFlags(c)
	o.output.flags(c)
}

// tunnels lists the tunnels and, if prove is set, tries them.
func (u *ui) tunnels(ctx context.Context, file string, prove bool, o tunnelListOptions) error {
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	opts, err := u.options(ctx, inv, o.hostOptions)
	if err != nil {
		return err
	}
	stop := u.shows.show(ctx)
	list, result, err := run.Tunnels(ctx, inv, prove, opts)
	stop()
	if err != nil {
		return err
	}
	d := report.NewTunnelsDocument(list)
	if o.output.json() {
		err = u.printJSON(d)
	} else {
		u.showTunnels(d)
	}
	if err != nil {
		return err
	}
	err = u.conclude(result, o.timings)
	if prove && !d.Works() && ctx.Err() == nil {
		return codeError(exitFailed)
	}
	return err
}

// showTunnels prints one line per tunnel, with what was found.
func (u *ui) showTunnels(d *report.TunnelsDocument) {
	if len(d.Tunnels) == 0 {
		u.printf("no tunnels\n")
		return
	}
	w := newTable("TUNNEL", "FROM", "TO", "UNTIL", "STATE")
	w.wraps = true
	for _, t := range d.Tunnels {
		state := "stopped"
		switch {
		case t.Proof != "":
			state = t.Proof + ": " + tasks.Printable(t.Text)
		case t.Running:
			state = "runs"
		}
		w.row(t.Name, end(t.From, t.Near), end(t.To, t.Far), cmp.Or(t.Until, "-"), state)
	}
	_ = w.write(u.out, u.width())
}

// end is one end of a tunnel: app1 127.0.0.1:15432.
func end(host, at string) string {
	if at == "" {
		return host
	}
	return host + " " + at
}
