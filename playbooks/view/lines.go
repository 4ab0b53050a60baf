package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"odooctl/playbooks/journal"
)

// Silence is after how long without a line Still says what is at work.
const Silence = 10 * time.Second

// Lines tells of a run where nothing can be drawn again: a line for each step that begins and each
// host that is through, with the clock. It is not for several goroutines.
type Lines struct {
	run  *Run
	now  func() time.Time
	last time.Time // of the last line

	waits map[string]bool // hosts whose last line says that they wait
}

// NewLines returns the lines of a run of which nothing is known yet.
func NewLines(now func() time.Time) *Lines {
	return &Lines{run: New(now), now: now, last: now(), waits: map[string]bool{}}
}

// Take returns the line of an event; "" = it has none.
func (l *Lines) Take(e journal.Entry) string {
	l.run.Take(e)
	text := ""
	switch e.Type {
	case journal.RunBegun:
		text = fmt.Sprintf("run %s: %s", e.Run, Words(e))
	case journal.StepBegun:
		waited := l.waits[e.Host]
		if l.waits[e.Host] = strings.HasPrefix(e.Step, "waiting for "); waited && l.waits[e.Host] {
			return "" // for fewer now
		}
		text = e.Step
		if e.Total > 0 {
			text += " (" + of(e.Number, e.Total) + ")"
		}
	case journal.HostEnded:
		if e.State == journal.Skipped {
			return "" // the end of the run names them, all at once
		}
		text = ended(e)
	case journal.BatchBegun:
		text = l.run.opens(e)
	case journal.BatchEnded:
		if e.Error != "" {
			return "" // which is said by itself
		}
		text = Words(e)
	case journal.Said, journal.HostUndrained: // who is drained is said
		text = Words(e)
	default:
		return ""
	}
	return l.stamp(e.Host, text)
}

// stamp adds the clock and the host.
func (l *Lines) stamp(host, text string) string {
	l.last = l.now()
	if host != "" {
		host += ": "
	}
	return l.last.Format(time.TimeOnly) + " " + host + text
}

// Still returns what is at work if nothing was told for as long as Silence; nil otherwise. Hosts
// that wait for others go without saying, if others are at work.
func (l *Lines) Still() (lines []string) {
	if l.now().Sub(l.last) < Silence {
		return nil
	}
	list := l.run.atWork()
	if i := slices.IndexFunc(list, func(h *host) bool { return h.waits }); i > 0 {
		list = list[:i]
	}
	const named = 5
	for _, h := range list[:min(named, len(list))] {
		text := h.step + ", " + whole(l.now().Sub(h.since)) + " so far"
		if h.name != "" {
			text = fmt.Sprintf("still %s, %s", h.step, whole(l.now().Sub(h.since)))
		}
		lines = append(lines, l.stamp(h.name, text))
	}
	if more := len(list) - named; more > 0 {
		lines = append(lines, l.stamp("", fmt.Sprintf("... and %d more hosts are at work", more)))
	}
	return lines
}
