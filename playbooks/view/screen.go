package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"odooctl/playbooks/journal"
)

// The least width for what is more than host, step and seconds, and how many hosts are shown
// at most: more nobody reads.
const (
	wide    = 70
	atMost  = 20
	longest = 24 // of a host's name, where there is room
)

// Ended is the line of an event that stays on the screen above what is drawn again; "" = it has
// none.
func Ended(e journal.Entry, width int) string {
	switch e.Type {
	case journal.HostEnded:
		return Cut(e.Host+"  "+ended(e), width)
	case journal.Said:
		if e.Host == "" {
			return e.Text
		}
		return e.Host + ": " + e.Text
	case journal.HostUndrained: // a batch, and who is drained, is said
		return Cut(strings.TrimPrefix(e.Host+": "+Words(e), ": "), width)
	}
	return ""
}

// Screen returns the lines that are drawn again and again, for a terminal of that many columns and
// lines: below a rule the hosts at work, and a foot. No line is as wide as the terminal.
func (r *Run) Screen(width, height int) []string {
	width = max(width, 20)
	list := r.atWork()
	lines := []string{strings.Repeat("-", width-1)}
	shown := min(len(list), max(height-5, 1), atMost)
	names := 0
	for _, h := range list[:shown] {
		names = max(names, runewidth.StringWidth(h.name))
	}
	names = min(names, longest, width/3)
	for _, h := range list[:shown] {
		lines = append(lines, r.line(h, names, width-1))
	}
	if more := len(list) - shown; more > 0 {
		lines = append(lines, Cut(fmt.Sprintf("... and %d more", more), width-1))
	}
	return append(lines, r.foot(width-1)...)
}

// line is that of one host: its name, its step, how long it is at it, and where there is room which
// step that is and how long it took the last time.
func (r *Run) line(h *host, names, width int) string {
	took := seconds(r.now().Sub(h.since))
	more := ""
	if h.total > 0 {
		more = "step " + of(h.number, h.total)
	}
	if r.Last != nil {
		if last := r.Last(h.name, h.step); last >= time.Second {
			more = strings.TrimPrefix(more+", last time "+whole(last), ", ")
		}
	}
	const clock, gap = 7, 2 // 300 min
	room := width - clock - gap
	if width >= wide {
		room -= 36 // step 12 of 14, last time 59 min 59 s
	}
	what := ""
	if names > 0 {
		room -= names + gap
		what = runewidth.FillRight(Cut(h.name, names), names) + strings.Repeat(" ", gap)
	}
	what += runewidth.FillRight(Cut(h.step, room), room) + strings.Repeat(" ", gap) + fmt.Sprintf("%*s", clock, took)
	if width >= wide && more != "" {
		what += "   " + more
	}
	return Cut(strings.TrimRight(what, " "), width)
}

// foot is the state of the whole run, and what Ctrl-C does.
func (r *Run) foot(width int) []string {
	did := "done"
	if r.reading {
		did = "read"
	}
	parts := []string{fmt.Sprintf("%d of %s %s", len(r.done), count(r.total, "host"), did)}
	if n := len(r.bad); n > 0 {
		const named = 3
		names := strings.Join(r.bad[:min(n, named)], ", ")
		if n > named {
			names += ", ..."
		}
		parts = append(parts, fmt.Sprintf("%d failed (%s)", n, names))
	} else if !r.reading {
		parts = append(parts, "0 failed")
	}
	if n := len(r.work); n > atMost {
		parts = append(parts, fmt.Sprintf("%d at work", n))
	}
	if r.batch != "" {
		parts = append(parts, r.batch)
	}
	took := whole(r.now().Sub(r.began))
	if left := r.left(); left >= time.Second {
		took += ", about " + whole(left) + " left"
	}
	parts = append(parts, took)
	ctrlC := "Ctrl-C: finish what is at work, then stop"
	switch {
	case r.Interrupted:
		ctrlC = "finishing what is at work; Ctrl-C: put it back"
	case r.reading:
		ctrlC = "Ctrl-C: stop; nothing was changed"
	}
	state := strings.Join(parts, ", ")
	if both := state + "   " + ctrlC; runewidth.StringWidth(both) <= width {
		return []string{both}
	}
	return []string{Cut(state, width), Cut(ctrlC, width)}
}

// of is a place in an order.
func of(n, total int) string { return fmt.Sprintf("%d of %d", n, total) }

// Cut cuts a text that is wider than a number of columns, and marks that with an ellipsis.
func Cut(text string, width int) string {
	return runewidth.Truncate(text, max(width, 1), "…")
}
