package main

import (
	"context"

	"github.com/spf13/cobra"
)

type planOptions struct {
	hostOptions
	detailed bool
	noDiff   bool
}

func newPlan(u *ui) *cobra.Command {
	var o planOptions
	c := &cobra.Command{
		Use:   "plan INVENTORY",
		Short: "Show what apply would change; writes nothing on any host",
		Long: `Show what apply would change, host by host, with a diff of every file. Nothing
is written on any host. Passwords are shown as ***.

` + exitTable,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runPlan(c.Context(), u, args[0], o) },
	}
	o.flags(c)
	c.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit 2 where changes are pending")
	c.Flags().BoolVar(&o.noDiff, "no-diff", false, "leave the diffs of files out")
	return c
}

func runPlan(ctx context.Context, u *ui, file string, o planOptions) error {
	run, err := u.read(ctx, file, o.hostOptions)
	if err != nil {
		return err
	}
	defer run.Close()
	pending := u.showPlans(run.Plans(), !o.noDiff)
	report := run.Report()
	u.showFailures(report)
	if code := report.Exit(); code != exitOK {
		return codeError(code)
	}
	if pending > 0 && o.detailed {
		return codeError(exitFailed)
	}
	return nil
}
