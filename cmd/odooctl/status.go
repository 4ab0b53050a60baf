package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
)

type statusOptions struct {
	hostOptions
	output output
	watch  bool
	every  time.Duration
}

func newStatus(u *ui) *cobra.Command {
	var o statusOptions
	c := &cobra.Command{
		Use:   "status INVENTORY",
		Short: "Show what runs, since when it does not, and what differs from the inventory",
		Long: `Show each host: whether its Odoo, PostgreSQL and nginx run, and since when one does not,
and what it said; the load, the requests at work in an Odoo against its workers, and
PostgreSQL's connections; how long certificates are valid; and how many changes an apply
would make. Below, each deployment: whether it serves, which Odoo hosts get no requests
and which maintenance pages are shown, since when, and who did that; its tunnels. It
writes nothing on any host.

By the guide, the load of a host is to stay below its CPUs: near 7 to 7.5 with eight
workers on eight.

A service that does not run is a failed host: exit 2.`,
		Example: `odooctl status
odooctl status --watch -l mycompany`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runStatus(c.Context(), u, args[0], o) },
	}
	o.flags(c)
	o.output.flags(c, junit)
	c.Flags().BoolVarP(&o.watch, "watch", "w", false, "show it again and again in place, until Ctrl-C")
	o.every = 5 * time.Second
	c.Flags().Var(span(&o.every, time.Second, 24*time.Hour), "every", "how often --watch shows it")
	return c
}

func runStatus(ctx context.Context, u *ui, file string, o statusOptions) error {
	o.watches, o.stays = true, o.watch
	run, err := u.read(ctx, file, o.hostOptions, theBook)
	if err != nil {
		return err
	}
	defer run.Close()
	u.sum.add(run)
	for {
		err = u.status(run, o)
		var code codeError
		if !o.watch || err != nil && !errors.As(err, &code) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.every):
		}
		if err := run.Again(ctx); err != nil {
			return err
		}
	}
}

// status shows how the hosts of a run are, and returns the error that the program ends with.
func (u *ui) status(r *run.Run, o statusOptions) error {
	history, err := journal.History(u.runs())
	if err != nil {
		return err
	}
	unfinished := journal.Open(history, r.Inventory())
	hosts := r.Status()
	document := report.NewStatusDocument(r, hosts, unfinished)
	if o.output.json() {
		if err := u.printDocument(o.output, document); err != nil {
			return err
		}
	} else {
		if o.watch {
			u.top()
			u.printf("%s, every %s\n\n", time.Now().Format(time.DateTime), o.every)
		}
		u.showStatus(hosts, r.Deployments(hosts), unfinished, time.Now())
	}
	return statusEnd(document.Totals.Down, u.conclude(r.Report(), o.timings))
}

// statusEnd is what status ends with where so many hosts have a service that is down: that is more
// urgent than what went wrong with others, but for what the operator did.
func statusEnd(down int, err error) error {
	var code codeError
	if down > 0 && (err == nil || errors.As(err, &code) && code != exitInterrupted) {
		return codeError(exitFailed)
	}
	return err
}

// top begins the screen again on a terminal; elsewhere screens follow one another.
func (u *ui) top() {
	if out := u.files[0]; term.IsTerminal(int(out.Fd())) && u.env("TERM") != "dumb" {
		fmt.Fprint(out, "\x1b[H\x1b[J")
	}
}
