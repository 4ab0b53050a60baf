package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
)

func newResume(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "Continue a run that was cut short or failed",
		Long: `Continue a run that was cut short or failed: the newest such run, or RUN as history
names it. Hosts that are done are left alone; the others are read and planned again,
and applied. The inventory and the playbook have to be the same as in that run. The
history lists it as a run of its own. Hosts that are still locked, as those of a run
that was killed are for a moment, are waited for, 30 s or as --lock-timeout says.

` + exitTable,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("lock-timeout") {
				o.lockTimeout = dying
			}
			return runResume(c.Context(), u, args, o)
		},
	}
	o.wayFlags(c)
	o.applyFlags(c)
	return c
}

// dying is how long a host is waited for that is still locked by the run which is resumed:
// its controller is gone, and its shell there ends, or puts back first.
const dying = 30 * time.Second

func runResume(ctx context.Context, u *ui, args []string, o applyOptions) error {
	of, err := u.toResume(args)
	if err != nil {
		return err
	}
	inv, err := u.load(of.Begin.Inventory)
	if err != nil {
		return fmt.Errorf("resume run %s: %w", of.ID, err)
	}
	o.playbook = of.Begin.Playbook
	book, err := o.book()
	if err != nil {
		return fmt.Errorf("resume run %s: %w", of.ID, err)
	}
	left, err := journal.Resume(of, inv.Digest, book.Digest)
	if err != nil {
		return err
	}
	told := u.showing(o.output)
	if len(left.Done) > 0 {
		told.printf("run %s: done and left alone: %s\n", of.ID, strings.Join(left.Done, ", "))
	}
	if len(left.Unknown) > 0 {
		told.printf("run %s: was at work when the run was cut short, read again first: %s\n", of.ID,
			strings.Join(left.Unknown, ", "))
	}
	if len(left.Hosts) == 0 {
		told.printf("run %s: nothing is left to do\n", of.ID)
		if o.output.json() {
			return u.printJSON(report.NewReportDocument(&run.Report{Run: of.ID}))
		}
		return nil
	}
	o.limit, o.resumes, o.cut, o.drained = left.Limit(), left.Of, left.Batches, left.Drained
	o.updates = of.Begin.Updates
	o.allowRestart = o.allowRestart || of.Begin.AllowRestart
	o.tags, o.batches, o.maxFailures = of.Begin.Tags, cmp.Or(o.batches, of.Begin.Sizes),
		cmp.Or(o.maxFailures, of.Begin.MaxFailures)
	o.plansOnly = true
	run, err := u.readHosts(ctx, inv, book, o.hostOptions)
	if err != nil {
		return err
	}
	defer run.Close()
	if err := u.ask(ctx, run, o); err != nil {
		return err
	}
	return u.apply(ctx, run, o)
}

// toResume finds the run to resume.
func (u *ui) toResume(args []string) (*journal.Record, error) {
	if len(args) > 0 {
		return journal.Find(u.runs(), args[0])
	}
	history, err := journal.History(u.runs())
	if err != nil {
		return nil, err
	}
	for _, r := range history {
		if r.Err != nil {
			u.warnf("%v", r.Err)
		}
	}
	if r := journal.Unfinished(history); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("there is no run to resume: each was completed, by itself or by a later one; odooctl history " +
		"lists them")
}
