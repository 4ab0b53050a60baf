package main

import (
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/x/ansi"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// showTimeline prints what happened when in a run that went over its hosts in batches:
// the seconds since it began, and how long each step took.
func showTimeline(w io.Writer, list []journal.Moment) {
	width := 0
	for _, m := range list {
		width = max(width, ansi.StringWidth(m.Host))
	}
	for _, m := range list {
		what := m.What
		if m.Took > 0 {
			what += " in " + tenths(m.Took)
		}
		switch {
		case m.Step:
			what = "  " + padded("", width) + "    " + what
		case m.Host != "":
			what = "  " + padded(m.Host, width) + gap + what
		}
		fmt.Fprintf(w, "%9s  %s\n", tenths(m.At), tasks.Printable(what))
	}
}

// timeline prints the timeline of a run that has just ended, on a terminal or where
// timings were asked for. A journal that cannot be read is reported elsewhere.
func (u *ui) timeline(run string, asked bool) {
	if !asked && (u.global.quiet || !isTerm(u.files[1])) {
		return
	}
	if r, err := journal.Find(u.runs(), run); err == nil && r.Rolls() {
		fmt.Fprintln(u.err, "timeline:")
		showTimeline(u.err, r.Timeline())
	}
}

// tenths is a time in seconds, to the tenth.
func tenths(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
