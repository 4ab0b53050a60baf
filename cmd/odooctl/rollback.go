package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

func newRollback(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "rollback RUN",
		Short: "Roll back a run, from the copies that the hosts keep",
		Long: `Roll back a run: undo what it changed, from the copies that each host keeps of its
last five transactions: files with owner and mode, roles, units. If a file was edited
on a host since, nothing is touched on that host. RUN is a run as history names it. It
shows what would be undone, and asks where there is a terminal.

It names what cannot be undone, such as an Odoo database that was set up. The inventory
does not change: the next plan shows the same difference again.

` + exitTable,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runRollback(c.Context(), u, args[0], o) },
	}
	c.Flags().StringVarP(&o.limit, "limit", "l", "", "only these hosts: a `pattern` such as odoo:!app2 or web[1:3]")
	o.wayFlags(c)
	o.output.streamFlags(c)
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

func runRollback(ctx context.Context, u *ui, name string, o applyOptions) error {
	asks, err := u.asks(o.consent())
	if err != nil {
		return err
	}
	u.streams(o.output)
	of, err := journal.Find(u.runs(), name)
	if err != nil {
		return err
	}
	history, err := journal.History(u.runs())
	if err != nil {
		return err
	}
	inv, err := u.load(of.Begin.Inventory)
	if err != nil {
		return fmt.Errorf("roll back run %s: %w", of.ID, err)
	}
	opts, err := u.options(ctx, inv, o.hostOptions)
	if err != nil {
		return err
	}
	run, err := run.ReadRollback(ctx, inv, of, history, opts)
	if err != nil {
		return err
	}
	defer run.Close()
	told := u.showing(o.output)
	if before := run.Report(); len(before.Outcomes) == 0 {
		told.printf("run %s: nothing to roll back: it changed nothing there, or was rolled back before\n", of.ID)
		if o.output.json() {
			return u.printJSON(report.NewReportDocument(before))
		}
		return nil
	}
	told.showUndos(run.Undos())
	if hosts := len(run.Undos()); hosts > 0 && asks {
		if err := u.agreed(ctx, fmt.Sprintf("Roll back run %s on %s?", of.ID, tasks.Plural(hosts, "host"))); err != nil {
			return err
		}
	}
	stop := u.shows.show(ctx)
	report, err := run.Apply(ctx)
	stop()
	if report == nil {
		return err
	}
	if o.timings {
		u.showTimings(report)
	}
	err = u.finish(report, o.output, err)
	if report.Changes() > 0 {
		told.printf("the inventory has not changed: the next plan shows the difference again, and an apply makes it\n")
	}
	return err
}

// showUndos prints what the run did on each host, and what of that stays.
func (u *ui) showUndos(undos []*run.Undo) {
	for _, undo := range undos {
		u.printf("%s: to undo:\n", undo.Host)
		for _, line := range undo.Changed {
			if sign, _, _ := strings.Cut(line, " "); sign != "?" {
				u.printf("  %s\n", u.paint(line[0], line))
			}
		}
		for _, title := range undo.Commands {
			u.printf("  %s %s: cannot be undone and stays\n", u.paint('?', "?"), title)
		}
	}
}
