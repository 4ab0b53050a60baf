package main

import (
	"context"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"

	"odooctl/playbooks/planfile"
)

type planOptions struct {
	hostOptions
	output   output
	out      string
	detailed bool
	style    planStyle
}

func newPlan(u *ui) *cobra.Command {
	var o planOptions
	c := &cobra.Command{
		Use:   "plan INVENTORY",
		Short: "Show what apply would change; writes nothing on any host",
		Long: `Show what apply would change, with a diff of every file. Nothing is written on any
host. Passwords are shown as ***.

The same plan of several hosts is shown once, and their names as a pattern that
--limit takes. Where more than 20 hosts change, long diffs are cut, and hosts whose
plans differ in diffs only are shown together; --full shows each host by itself.

With --out the plan is kept in a file for apply, which then makes exactly these
changes. The file has names and digests, but neither content nor secrets.`,
		Example: `odooctl plan -l odoo:!app2 # the Odoo hosts without app2
odooctl plan --out friday.plan # then: odooctl apply friday.plan`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runPlan(c.Context(), u, args[0], o) },
	}
	o.flags(c)
	o.updateFlag(c)
	o.restartFlag(c)
	o.output.flags(c, junit)
	c.Flags().StringVar(&o.out, "out", "", "keep the plan in this `file`, for apply")
	c.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit 2 if changes are pending")
	o.style.flags(c)
	return c
}

func runPlan(ctx context.Context, u *ui, file string, o planOptions) error {
	o.plansOnly, o.noted = true, o.out != ""
	run, err := u.read(ctx, file, o.hostOptions, theBook)
	if err != nil {
		return err
	}
	defer run.Close()
	u.sum.add(run)
	var kept *planfile.File
	if o.out != "" {
		if kept, err = u.writePlan(run, o.out); err != nil {
			return err
		}
	}
	pending := false
	if o.output.json() {
		document := report.NewPlanDocument(run, kept)
		pending, err = !document.NoOp, u.printDocument(o.output, document)
	} else {
		changes, _ := u.showPlans(run, o.style)
		pending = changes > 0
	}
	if err != nil {
		return err
	}
	if err := u.conclude(run.Report(), o.timings); err != nil {
		return err
	}
	if pending && o.detailed {
		return codeError(exitFailed)
	}
	return nil
}
