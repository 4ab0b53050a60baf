package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
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
and applied. The history lists it as a run of its own. Hosts that are still locked, as
those of a run that was killed are for a moment, are waited for, 30 s or as
--lock-timeout says.

Without RUN it takes up no run whose hosts have had a good one since, none of another
inventory than the newest run's, and none that stopped at a lock.

The inventory and the playbook have to be the same as in that run. If they have
changed, it only ends what that run left: hosts get requests again once they answer,
the maintenance page is removed, and what was half done on a host is put back.

` + exitTable,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("lock-timeout") {
				o.lockTimeout = run.Dying // its controller is gone
			}
			return runResume(c.Context(), u, args, o)
		},
	}
	o.wayFlags(c)
	o.applyFlags(c)
	return c
}

func runResume(ctx context.Context, u *ui, args []string, o applyOptions) error {
	asks, err := u.asks(o.consent())
	if err != nil {
		return err
	}
	u.streams(o.output)
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
	var changed *journal.ChangedError
	switch {
	case errors.As(err, &changed):
		return u.endLeft(ctx, inv, of, o, changed)
	case err != nil:
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
	o.plansOnly, o.noted = true, true
	run, err := u.readHosts(ctx, inv, book, o.hostOptions)
	if err != nil {
		return err
	}
	defer run.Close()
	if err := u.ask(ctx, run, o, asks); err != nil {
		return err
	}
	return u.apply(ctx, run, o)
}

// endLeft ends what a run left that cannot be resumed any more. If it left nothing, the
// error is why it cannot.
func (u *ui) endLeft(ctx context.Context, inv *inventory.Inventory, of *journal.Record, o applyOptions,
	why *journal.ChangedError) error {
	opts, err := u.options(ctx, inv, o.hostOptions)
	if err != nil {
		return err
	}
	stop := u.shows.show(ctx)
	result, err := run.End(ctx, inv, of, opts)
	stop()
	if result == nil {
		return cmp.Or(err, error(why))
	}
	u.warnf("only what run %s left was ended: %s", of.ID, why)
	return u.finish(result, o.output, err)
}

// toResume finds the run to resume: the one that is named, whatever speaks against it, or
// the newest against which nothing does.
func (u *ui) toResume(args []string) (*journal.Record, error) {
	history, err := journal.History(u.runs())
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		r, err := journal.Find(u.runs(), args[0])
		if err == nil {
			if text := r.Warning(history); text != "" {
				u.warnf("%s", text)
			}
		}
		return r, err
	}
	for _, r := range history {
		if r.Err != nil {
			u.warnf("%v", r.Err)
		}
	}
	take, passed := journal.Unfinished(history)
	if take != nil {
		return take, nil
	}
	text := "there is no run to resume: each was completed, by itself or by a later one; odooctl history lists them"
	for _, p := range passed {
		text += fmt.Sprintf("\n  %s did not complete: %s; to take it up all the same: odooctl resume %s", p.ID, p.Why, p.ID)
	}
	return nil, errors.New(text)
}
