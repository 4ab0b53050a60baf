package main

import (
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks"
	"odooctl/tasks"
)

// showPlans prints what each host's plan would do, and returns how many things
// that is.
func (u *ui) showPlans(plans []*tasks.Plan, diffs bool) (pending int) {
	hosts := 0
	for _, p := range plans {
		for _, w := range p.Warnings {
			u.warnf("%s: %s", p.Host, w)
		}
		if p.Empty() {
			continue
		}
		hosts++
		pending += p.Count()
		u.printf("%s: %s\n", p.Host, plural(p.Count(), "change"))
		for _, c := range p.Changes {
			u.showChange(c, diffs)
		}
		for _, c := range p.Commands {
			u.printf("  %s %s: may run, cannot be undone\n", u.paint('?', "?"), c.Title)
		}
		for _, a := range p.Actions {
			u.printf("  %s %s %s: %s\n", u.paint('!', "!"), a.Verb, a.Unit, playbooks.Printable(strings.Join(a.Why, "; ")))
		}
		for _, k := range p.Unknown {
			u.printf("  %s %s: known after apply\n", u.paint('?', "?"), k)
		}
		u.printf("\n")
	}
	if pending == 0 {
		u.printf("plan: 0 changes on %s\n", plural(len(plans), "host"))
	} else {
		u.printf("plan: %s on %d of %s\n", plural(pending, "change"), hosts, plural(len(plans), "host"))
	}
	return pending
}

func (u *ui) showChange(c tasks.Change, diffs bool) {
	line := c.What()
	if s := c.Summary(); s != "" {
		line += ": " + s
	}
	u.printf("  %s %s\n", u.paint(c.Sign(), string(c.Sign())), playbooks.Printable(line))
	if !diffs {
		return
	}
	for l := range strings.Lines(c.Diff()) {
		l = playbooks.Printable(strings.TrimRight(l, "\r\n"))
		u.printf("      %s\n", u.paint(append([]byte(l), ' ')[0], l))
	}
}

// showFailures prints what went wrong, host by host.
func (u *ui) showFailures(r *playbooks.Report) {
	for _, o := range r.Failed() {
		fmt.Fprintf(u.err, "odooctl: %s: %s\n", o.State, playbooks.Printable(strings.TrimSpace(o.Err.Error())))
	}
}

// showRecap prints one line per host and the sum.
func (u *ui) showRecap(r *playbooks.Report) {
	width := 4
	for _, o := range r.Outcomes {
		width = max(width, len(o.Host))
	}
	for _, o := range r.Outcomes {
		sign := map[playbooks.State]byte{playbooks.Changed: '~', playbooks.Unchanged: '+'}[o.State]
		if sign == 0 {
			sign = 'E'
		}
		u.printf("%-*s  %s  %s  %s\n", width, o.Host, u.paint(sign, fmt.Sprintf("%-12s", o.State)), fmt.Sprintf("%12s", plural(o.Changes, "change")), o.Took.Round(10*time.Millisecond))
	}
	u.printf("run %s: %s, %d of %s failed\n", r.Run, plural(r.Changes(), "change"), len(r.Failed()), plural(len(r.Outcomes), "host"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
