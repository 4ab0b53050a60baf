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
	"odooctl/tasks/certificate"
)

type statusOptions struct {
	hostOptions
	output output
}

func newStatus(u *ui) *cobra.Command {
	var o statusOptions
	c := &cobra.Command{
		Use:   "status INVENTORY",
		Short: "Show each host: reachable, versions, and whether it is as the inventory says",
		Long: `Show each host: whether it can be reached, the versions it runs, its services, and
whether it is as the inventory says; on nginx hosts also which Odoo hosts get no
requests and which maintenance pages are shown, since when, and who did that. It writes
nothing on any host.`,
		Example: `odooctl status
odooctl status -l mycompany -o json # for a program`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runStatus(c.Context(), u, args[0], o) },
	}
	o.flags(c)
	o.output.flags(c, junit)
	return c
}

func runStatus(ctx context.Context, u *ui, file string, o statusOptions) error {
	run, err := u.read(ctx, file, o.hostOptions, theBook)
	if err != nil {
		return err
	}
	defer run.Close()
	run.Compare(ctx)
	if o.output.json() {
		err = u.printDocument(o.output, report.NewStatusDocument(run))
	} else {
		u.showStatus(run.Status())
	}
	if err != nil {
		return err
	}
	return u.conclude(run.Report(), o.timings)
}

// showStatus prints one line per host.
func (u *ui) showStatus(states []run.Status) {
	width := 4
	for _, s := range states {
		width = max(width, len(s.Host))
	}
	for _, s := range states {
		u.printf("%-*s  %s  %s\n", width, s.Host, u.paint(stateSign(s), fmt.Sprintf("%-18s", stateWord(s))),
			strings.Join(s.Runs, ", "))
		for _, e := range s.Expires {
			sign := expirySign(e.Standing)
			u.printf("%-*s  %s %s\n", width, "", u.paint(sign, string(sign)), e)
		}
		for _, o := range s.Out {
			u.printf("%-*s  %s %s\n", width, "", u.paint('!', "!"), o)
		}
		for _, d := range s.Drift {
			u.printf("%-*s  %s %s\n", width, "", u.paint('!', "!"), d)
		}
	}
}

// expirySign marks a certificate: . while nothing has to be done, ! in the last third of
// its life, E once browsers refuse it.
func expirySign(s certificate.Standing) byte {
	switch s {
	case certificate.Fresh:
		return '.'
	case certificate.Due:
		return '!'
	}
	return 'E'
}

func stateWord(s run.Status) string {
	switch {
	case s.State != journal.Unchanged:
		return string(s.State)
	case s.Pending > 0:
		return tasks.Plural(s.Pending, "change") + " pending"
	}
	return "as planned"
}

func stateSign(s run.Status) byte {
	switch {
	case s.State != journal.Unchanged:
		return 'E'
	case s.Pending > 0:
		return '~'
	}
	return '+'
}
