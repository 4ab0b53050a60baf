package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"odooctl/playbooks"
)

type applyOptions struct {
	hostOptions
	yes    bool
	noDiff bool
}

func newApply(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "apply INVENTORY",
		Short: "Bring the hosts to the state of the inventory",
		Long: `Bring the hosts to the state of the inventory: read them, show what differs, and
make exactly that. Each host is one transaction: where a file is refused by its
own server, or a service does not come up, everything on that host is put back;
the other hosts go on. On a terminal it asks before it changes anything.

` + exitTable,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runApply(c.Context(), u, args[0], o) },
	}
	o.flags(c)
	o.applyFlags(c)
	return c
}

// applyFlags are the flags of every verb that applies a playbook.
func (o *applyOptions) applyFlags(c *cobra.Command) {
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	c.Flags().DurationVar(&o.lockTimeout, "lock-timeout", 0, "wait so long for a host that another run has locked")
	c.Flags().BoolVar(&o.noDiff, "no-diff", false, "leave the diffs of files out")
}

func runApply(ctx context.Context, u *ui, file string, o applyOptions) error {
	run, err := u.read(ctx, file, o.hostOptions)
	if err != nil {
		return err
	}
	defer run.Close()
	return u.make(ctx, run, o)
}

// make shows the plans, asks where somebody can answer, and applies them.
func (u *ui) make(ctx context.Context, run *playbooks.Run, o applyOptions) error {
	pending := u.showPlans(run.Plans(), !o.noDiff)
	if pending > 0 && u.terminal && !o.yes && !u.confirm(ctx, "Apply this?") {
		return fmt.Errorf("nothing was changed")
	}
	report, err := run.Apply(ctx)
	if report == nil {
		return err
	}
	if o.timings {
		u.showNotes(report)
	}
	return u.finish(report, err)
}
