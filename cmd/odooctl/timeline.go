package main

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// showTimeline prints what happened when in a run that went over its hosts in batches:
// the seconds since it began, and how long each step took.
func showTimeline(w io.Writer, list []journal.Moment, columns int) {
	t := newTable()
	t.wraps = true
	for _, m := range list {
		what := m.What
		if m.Took > 0 {
			what += " in " + tenths(m.Took)
		}
		host := cmp.Or(m.Host, "-")
		if m.Step {
			host, what = "", "  "+what
		}
		t.row(fmt.Sprintf("%9s", tenths(m.At)), host, tasks.Printable(what))
	}
	_ = t.write(w, columns)
}

// timeline prints the timeline of a run that has just ended, on a terminal or where
// timings were asked for. A journal that cannot be read is reported elsewhere.
func (u *ui) timeline(run string, asked bool) {
	if !asked && (u.global.quiet || !isTerm(u.files[1])) {
		return
	}
	if r, err := journal.Find(u.runs(), run); err == nil && r.Rolls() {
		fmt.Fprintln(u.err, "timeline:")
		showTimeline(u.err, r.Timeline(), columnsOf(u.files[1]))
	}
}

// tenths is a time in seconds, to the tenth.
func tenths(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
