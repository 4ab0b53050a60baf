package main

import (
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

// showPlans prints what each host's plan would do, and returns the number of changes and of
// the hosts that get them. Warnings go to standard error.
func (u *ui) showPlans(r *run.Run, diffs bool) (pending, hosts int) {
	plans := r.Plans()
	for _, p := range plans {
		for _, w := range p.Warnings {
			u.warnf("%s: %s", p.Host, w)
		}
		if !p.Empty() {
			hosts++
		}
	}
	pending = tasks.WritePlans(u.out, plans, tasks.Style{Diffs: diffs, Paint: u.paint})
	for _, i := range r.Interruptions() {
		fmt.Fprintln(u.out, i)
	}
	return pending, hosts
}

// showFailures prints what went wrong, host by host.
func (u *ui) showFailures(r *run.Report) {
	for _, o := range r.Failed() {
		fmt.Fprintf(u.err, "odooctl: %s: %s\n", o.State, tasks.Printable(strings.TrimSpace(o.Err.Error())))
	}
}

// conclude ends a verb that only reads: it shows what went wrong, and returns the error
// that the program ends with.
func (u *ui) conclude(r *run.Report, timings bool) error {
	if timings {
		u.showTimings(r)
	}
	u.showFailures(r)
	if code := r.Exit(); code != exitOK {
		return codeError(code)
	}
	return nil
}

// showNotes prints how each host was reached.
func (u *ui) showNotes(r *run.Report) {
	for _, o := range r.Outcomes {
		for _, n := range o.Notes {
			fmt.Fprintf(u.err, "%s: %s\n", o.Host, n)
		}
	}
}

// showRecap prints one line per host and the sum.
func (u *ui) showRecap(r *run.Report) {
	width := 4
	for _, o := range r.Outcomes {
		width = max(width, len(o.Host))
	}
	for _, o := range r.Outcomes {
		sign := map[journal.State]byte{journal.Changed: '~', journal.Unchanged: '+'}[o.State]
		if sign == 0 {
			sign = 'E'
		}
		u.printf("%-*s  %s  %s  %s\n", width, o.Host, u.paint(sign, fmt.Sprintf("%-12s", o.State)),
			fmt.Sprintf("%12s", tasks.Plural(o.Changes, "change")), o.Took.Round(10*time.Millisecond))
	}
	u.showKept(r)
	u.printf("run %s: %s, %d of %s failed\n", r.Run, tasks.Plural(r.Changes(), "change"), r.Failures(),
		tasks.Plural(len(r.Outcomes), "host"))
	if len(r.Failed()) > 0 {
		u.showGroups(r)
	}
}

// showKept prints the backups that the run has made.
func (u *ui) showKept(r *run.Report) {
	any := false
	for _, o := range r.Outcomes {
		for _, k := range o.Kept {
			u.printf("%s keeps %s\n", o.Host, tasks.Printable(k))
			any = true
		}
	}
	if any && len(r.Failed()) > 0 {
		u.printf("No database was put back. To go back to a backup: stop Odoo on its hosts, run there the command after " +
			"\"back by\", start Odoo\n")
	}
}

// showGroups prints what became of the hosts, group by group, some of each by name.
func (u *ui) showGroups(r *run.Report) {
	const named = 10
	for _, g := range r.Groups() {
		hosts := strings.Join(g.Hosts[:min(named, len(g.Hosts))], ", ")
		if more := len(g.Hosts) - named; more > 0 {
			hosts += fmt.Sprintf(" and %d more", more)
		}
		u.printf("  %d %s: %s\n", len(g.Hosts), g.Fate, hosts)
	}
}

// finish shows what became of the hosts, and returns the error that the program ends
// with. A failure of the journal counts only if no host has failed.
func (u *ui) finish(r *run.Report, form output, journal error) error {
	u.showFailures(r)
	code := r.Exit()
	if journal != nil {
		fmt.Fprintf(u.err, "odooctl: %v\n", journal)
		code = max(code, exitFailed)
	}
	if form.json() {
		d := report.NewReportDocument(r)
		d.Exit = code
		if err := u.printJSON(d); err != nil {
			return err
		}
	} else {
		u.showRecap(r)
	}
	if code != exitOK {
		return codeError(code)
	}
	return nil
}
