package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
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
on a host since, nothing is touched on that host. RUN is a run as history names it; last
is the newest that changed something and was no rollback. It shows what it will do, with
diffs, and what was edited since, and asks where there is a terminal.

It names what cannot be undone, such as an Odoo database that was set up. The inventory
does not change: the next plan shows the same difference again.`,
		Example: `odooctl rollback last
odooctl rollback 20261130T1012 -l app1 # a run as odooctl history names it`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runRollback(c.Context(), u, args[0], o) },
	}
	limitFlag(c, &o.limit)
	o.wayFlags(c)
	o.output.flags(c, ndjson, junit)
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
	if name == journal.Last {
		of = cmp.Or(journal.LastChange(history), of)
	}
	inv, err := u.load(of.Begin.Inventory)
	if err != nil {
		return fmt.Errorf("roll back run %s: %w", of.ID, err)
	}
	opts, err := u.options(ctx, inv, o.hostOptions)
	if err != nil {
		return err
	}
	stop := u.shows.show(ctx)
	run, err := run.ReadRollback(ctx, inv, of, history, opts)
	stop()
	if err != nil {
		return err
	}
	defer run.Close()
	told := u.showing(o.output)
	if before := run.Report(); len(before.Outcomes) == 0 {
		told.printf("run %s: nothing to roll back: it changed nothing there, or was rolled back before\n", of.ID)
		if o.output.json() {
			return u.printDocument(o.output, report.NewReportDocument(before))
		}
		return nil
	}
	told.showUndos(of.ID, run.Undos())
	if hosts := len(run.Undos()); hosts > 0 && asks {
		if err := u.agreed(ctx, fmt.Sprintf("Roll back run %s on %s?", of.ID, tasks.Plural(hosts, "host"))); err != nil {
			return err
		}
	}
	stop = u.shows.show(ctx)
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

// manyLines is how much of a host's diffs is shown before a rollback.
const manyLines = 200

// showUndos prints what the rollback does on each host, what stays, and what stands in its way;
// what is the same on several hosts, once.
func (u *ui) showUndos(id string, undos []*run.Undo) {
	alike := func(undo *run.Undo) string {
		return fmt.Sprintf("%q", [][]string{undo.Does, undo.Commands, undo.Edited})
	}
	hosts := map[string][]string{}
	for _, undo := range undos {
		hosts[alike(undo)] = append(hosts[alike(undo)], undo.Host)
	}
	for _, undo := range undos {
		names := hosts[alike(undo)]
		if names[0] != undo.Host {
			continue // it is shown
		}
		u.printf("%s: rolling back %s:\n", inventory.Ranges(names), id)
		for i, line := range undo.Does {
			if i == manyLines {
				u.printf("      ... %s more\n", tasks.Plural(len(undo.Does)-i, "line"))
				break
			}
			u.printf("%s\n", u.paint(signOf(line), tasks.Printable(line)))
		}
		for _, title := range undo.Commands {
			u.printf("  %s %s: cannot be undone and stays\n", u.paint('?', "?"), title)
		}
		for _, path := range undo.Edited {
			u.printf("  %s %s was edited since: nothing is rolled back there; roll back the runs after it first, or undo the "+
				"edit\n", u.paint('E', "E"), tasks.Printable(path))
		}
	}
}

// signOf is the sign of a line of a plan, or of the diff in it.
func signOf(line string) byte {
	if line = strings.TrimLeft(line, " "); line == "" {
		return ' '
	}
	return line[0]
}
