package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"odooctl/playbooks/run"
	"odooctl/tasks"
)

type applyOptions struct {
	hostOptions
	output output
	yes    bool
	style  planStyle
}

func newApply(u *ui) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use:   "apply INVENTORY | PLAN",
		Short: "Bring the hosts to the state of the inventory",
		Long: `Bring the hosts to the state of the inventory: read them, show what differs, and
make exactly those changes. Each host is one transaction: if its server refuses a
file, or a service does not come up, everything on that host is put back and the
other hosts go on. It asks on the terminal before it changes anything, whatever is
redirected; where there is none, as in cron or CI, it says so and goes on.
With ODOOCTL_ASK=always that is an error, and --yes does not count.

With a PLAN that plan --out wrote, it makes exactly the planned changes, and does not
ask. If the inventory or the playbook has changed since, nothing is touched. If the
plan of a host has changed, that host and those that need it are left out, and it
says what moved; the exit status is 3.

` + exitTable,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			planned, err := planFile(args[0])
			switch {
			case err != nil:
				return err
			case planned == nil:
				o.plansOnly, o.noted = true, true
				return u.applyBook(c.Context(), args[0], o, theBook)
			}
			if err := noneSet(c, "limit", "tags", "playbook", "allow-restart", "update"); err != nil {
				return err
			}
			return runPlanned(c.Context(), u, args[0], planned, o)
		},
	}
	o.flags(c)
	o.applyFlags(c)
	return c
}

// applyFlags are the flags of every verb that applies a playbook.
func (o *applyOptions) applyFlags(c *cobra.Command) {
	o.output.streamFlags(c)
	o.restartFlag(c)
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	c.Flags().StringVar(&o.batches, "batch", "", "go over the hosts of each play in batches of these `sizes`, such as "+
		"1,25%,100%; all is --at-once")
	c.Flags().BoolVar(&o.atOnce, "at-once", false, "do all hosts at once, without draining them: users notice")
	c.MarkFlagsMutuallyExclusive("at-once", "batch")
	c.Flags().StringVar(&o.maxFailures, "max-failures", "", "stop before the next host once this many `hosts`, such as "+
		"2 or 10%, have failed")
	o.style.flags(c)
}

// applyBook reads, asks and applies: the whole of a verb that changes hosts.
func (u *ui) applyBook(ctx context.Context, file string, o applyOptions, of bookOf) error {
	asks, err := u.asks(o.consent())
	if err != nil {
		return err
	}
	u.streams(o.output)
	r, err := u.read(ctx, file, o.hostOptions, of)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := u.ask(ctx, r, o, asks); err != nil {
		return err
	}
	return u.apply(ctx, r, o)
}

// consent is what stands for a question; "" if nothing does.
func (o *applyOptions) consent() string {
	if o.yes {
		return "--yes"
	}
	return ""
}

// ask shows the plans and asks whether to apply them, if it is to ask. The error is for a
// no, and for what makes the run pointless.
func (u *ui) ask(ctx context.Context, r *run.Run, o applyOptions, asks bool) error {
	if err := r.Refused(); err != nil {
		return err
	}
	if !asks && o.output != "text" {
		return nil
	}
	pending, hosts := u.showing(o.output).showPlans(r, o.style)
	if pending == 0 || !asks {
		return nil
	}
	return u.agreed(ctx, fmt.Sprintf("Apply %s on %s?", tasks.Plural(pending, "change"), tasks.Plural(hosts, "host")))
}

// apply applies what was planned, and reports.
func (u *ui) apply(ctx context.Context, r *run.Run, o applyOptions) error {
	stop := u.shows.show(ctx)
	result, err := r.Apply(ctx)
	stop()
	if result == nil {
		return err
	}
	if o.timings {
		u.showTimings(result)
	}
	u.timeline(result.Run, o.timings)
	return u.finish(result, o.output, err)
}
