package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/playbooks/view"
	"odooctl/tasks"
)

// showPlans prints what each host's plan would do, and returns the number of changes and of
// the hosts that get them. Warnings go to standard error.
func (u *ui) showPlans(r *run.Run, o planStyle) (pending, hosts int) {
	plans := r.Plans()
	for _, p := range plans {
		if !p.Empty() {
			hosts++
		}
	}
	u.showWarnings(plans)
	pending = tasks.WritePlans(u.out, plans, tasks.Style{Diffs: !o.noDiff, Full: o.full, Failed: r.Report().Failures(),
		Paint: u.paint})
	u.showInterruptions(r.Interruptions(), o.full)
	return pending, hosts
}

// planStyle are the flags of the verbs that show plans.
type planStyle struct{ noDiff, full bool }

func (o *planStyle) flags(c *cobra.Command) {
	c.Flags().BoolVar(&o.noDiff, "no-diff", false, "leave out the diffs of files")
	c.Flags().BoolVar(&o.full, "full", false, "show each host by itself, and long diffs whole")
}

// showWarnings prints a warning of several hosts once.
func (u *ui) showWarnings(plans []*tasks.Plan) {
	var order []string
	hosts := map[string][]string{}
	for _, p := range plans {
		for _, w := range p.Warnings {
			if hosts[w] == nil {
				order = append(order, w)
			}
			hosts[w] = append(hosts[w], p.Host)
		}
	}
	for _, w := range order {
		u.warnf("%s: %s", inventory.Ranges(hosts[w]), w)
	}
}

// manyInterruptions is how many deployments are told of by themselves, the worst first.
const manyInterruptions = 10

// showInterruptions prints what users will notice.
func (u *ui) showInterruptions(list []run.Interruption, full bool) {
	slices.SortStableFunc(list, func(a, b run.Interruption) int { return b.Notice.Worse(a.Notice) })
	for i, n := range list {
		if i == manyInterruptions && !full {
			u.printf("... and users of %s: the same or less, --full says what\n", tasks.Plural(len(list)-i, "deployment"))
			return
		}
		u.printf("%s\n", n)
	}
}

// showFailures prints what went wrong, host by host; what is the same on several, once.
func (u *ui) showFailures(r *run.Report) {
	hosts := map[string][]string{}
	var order []string
	for _, o := range r.Failed() {
		text := strings.TrimPrefix(tasks.Printable(strings.TrimSpace(o.Err.Error())), o.Host+": ")
		what := string(o.State) + "\x00" + text
		if hosts[what] == nil {
			order = append(order, what)
		}
		hosts[what] = append(hosts[what], o.Host)
	}
	for _, what := range order {
		state, text, _ := strings.Cut(what, "\x00")
		fmt.Fprintf(u.err, "odooctl: %s: %s: %s\n", state, named(hosts[what]), text)
	}
}

// named names hosts as ranges: the first ten, and how many hosts there are if that is not all.
func named(hosts []string) string {
	const most = 10
	terms := strings.Split(inventory.Ranges(hosts), ", ")
	if len(terms) <= most {
		return strings.Join(terms, ", ")
	}
	return fmt.Sprintf("%s, ... (%s)", strings.Join(terms[:most], ", "), tasks.Plural(len(hosts), "host"))
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

// showRecap prints one line per host, unless all of them stand above already, and the sum.
func (u *ui) showRecap(r *run.Report) {
	if !u.shows.live || !isTerm(u.files[0]) {
		u.showHosts(r)
	}
	u.showKept(r)
	u.printf("run %s: %s, %d of %s failed\n", r.Run, tasks.Plural(r.Changes(), "change"), r.Failures(),
		tasks.Plural(len(r.Outcomes), "host"))
	if len(r.Failed()) > 0 {
		u.showGroups(r)
	}
	u.showEnd(r)
}

// showHosts prints one line per host, and one for all that were skipped.
func (u *ui) showHosts(r *run.Report) {
	t := newTable()
	var skipped []string
	for _, o := range r.Outcomes {
		if o.State == journal.Skipped {
			skipped = append(skipped, o.Host)
			continue
		}
		sign := map[journal.State]byte{journal.Changed: '~', journal.Unchanged: '+'}[o.State]
		if sign == 0 {
			sign = 'E'
		}
		t.row(o.Host, u.paint(sign, string(o.State)), tasks.Plural(o.Changes, "change"), view.Short(o.Took))
	}
	_ = t.write(u.out, u.width())
	if len(skipped) > 0 {
		u.printf("%s: %s\n", u.paint('E', string(journal.Skipped)), named(skipped))
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

// showGroups prints what became of the hosts, group by group.
func (u *ui) showGroups(r *run.Report) {
	for _, g := range r.Groups() {
		u.printf("  %d %s: %s\n", len(g.Hosts), g.Fate, named(g.Hosts))
	}
}

// finish shows what became of the hosts, and returns the error that the program ends
// with. A failure of the journal counts only if no host has failed.
func (u *ui) finish(r *run.Report, form output, journal error) error {
	u.showFailures(r)
	u.showNext(r)
	code := r.Exit()
	if journal != nil {
		fmt.Fprintf(u.err, "odooctl: %v\n", journal)
		code = max(code, exitFailed)
	}
	if form.json() {
		d := report.NewReportDocument(r)
		d.Exit = code
		if err := u.printDocument(form, d); err != nil {
			return err
		}
	} else if form == "text" {
		u.showRecap(r)
	}
	if code != exitOK {
		return codeError(code)
	}
	return nil
}
