package view

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"odooctl/playbooks/journal"
)

// The least width for what is more than host, step and seconds, and how many hosts are shown
// at most: more nobody reads.
const (
	wide    = 70
	atMost  = 20
	longest = 24 // of a host's name, where there is room
)

// Line is a line of a screen, and a sign for its colour, as changes in a plan have one; 0: it has
// none.
type Line struct {
	Text string
	Sign byte
}

// Ended is the line of an event that stays on the screen above what is drawn again; its text is ""
// if it has none. Hosts that were skipped have none: the end of the run names them, all at once.
func (r *Run) Ended(e journal.Entry, width int) Line {
	switch e.Type {
	case journal.HostEnded:
		if e.State == journal.Skipped {
			return Line{}
		}
		sign := map[journal.State]byte{journal.Changed: '~', journal.Unchanged: '+'}[e.State]
		return Line{Cut(e.Host+"  "+ended(e), width), cmp.Or(sign, 'E')}
	case journal.Said:
		return Line{Text: strings.TrimPrefix(e.Host+": "+e.Text, ": ")}
	case journal.BatchBegun:
		return Line{Text: Cut(r.opens(e), width)}
	case journal.HostUndrained: // who is drained is said
		return Line{Text: Cut(strings.TrimPrefix(e.Host+": "+Words(e), ": "), width)}
	}
	return Line{}
}

// Screen returns the lines that are drawn again and again, for a terminal of that many columns and
// lines: below a rule the hosts at work, and a foot. No line is as wide as the terminal.
func (r *Run) Screen(width, height int) []Line {
	width = max(width, 20)
	list := r.atWork()
	lines := []Line{{strings.Repeat("-", width-1), '@'}}
	shown := min(len(list), max(height-5, 1), atMost)
	names := 0
	for _, h := range list[:shown] {
		names = max(names, ansi.StringWidth(h.name))
	}
	names = min(names, longest, width/3)
	for _, h := range list[:shown] {
		line := Line{Text: r.line(h, names, width-1)}
		if h.waits {
			line.Sign = '@'
		}
		lines = append(lines, line)
	}
	if more := len(list) - shown; more > 0 {
		lines = append(lines, Line{Cut(fmt.Sprintf("... and %d more", more), width-1), '@'})
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
		what = filled(h.name, names) + strings.Repeat(" ", gap)
	}
	what += filled(h.step, room) + strings.Repeat(" ", gap) + fmt.Sprintf("%*s", clock, took)
	if width >= wide && more != "" {
		what += "   " + more
	}
	return Cut(strings.TrimRight(what, " "), width)
}

// foot is the state of the whole run, and what Ctrl-C does.
func (r *Run) foot(width int) []Line {
	var sign byte
	did := "done"
	if r.reading {
		did = "read"
	}
	parts := []string{fmt.Sprintf("%d of %s %s", len(r.done), count(r.total, "host"), did)}
	if n := len(r.bad); n > 0 {
		sign = 'E'
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
	ctrlC := "Ctrl-C: stop after what is at work"
	switch {
	case r.Interrupted:
		ctrlC = "stopping; Ctrl-C: put these hosts back"
	case r.reading:
		ctrlC = "Ctrl-C: stop; nothing was changed"
	}
	state := strings.Join(parts, ", ")
	if both := state + "   " + ctrlC; ansi.StringWidth(both) <= width {
		return []Line{{both, sign}}
	}
	return []Line{{Cut(state, width), sign}, {Text: Cut(ctrlC, width)}}
}

// of is a place in an order.
func of(n, total int) string { return fmt.Sprintf("%d of %d", n, total) }

// Cut cuts a text that is wider than a number of columns, and marks that with an ellipsis.
func Cut(text string, width int) string {
	return ansi.Truncate(text, max(width, 1), "…")
}

// filled cuts a text to a number of columns, or fills it up to them.
func filled(text string, width int) string {
	text = Cut(text, width)
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}
