package view

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/journal"
)

// Words puts an event into words, as in `history RUN`.
func Words(e journal.Entry) string {
	why := ""
	if e.Error != "" {
		why = ": " + strings.TrimPrefix(e.Error, e.Host+": ") // which stands beside it
	}
	switch e.Type {
	case journal.RunBegun:
		return "begun on " + count(len(e.Hosts), "host")
	case journal.HostPlanned:
		return "planned: " + count(e.Changes, "change")
	case journal.BatchesCut:
		return fmt.Sprintf("%s: %d batches", e.Play, len(e.Batches))
	case journal.BatchBegun:
		return fmt.Sprintf("%s, batch %d: %s", e.Play, e.Batch, some(e.Hosts))
	case journal.BatchEnded:
		if why != "" {
			return fmt.Sprintf("%s, batch %d ended%s", e.Play, e.Batch, why)
		}
		return fmt.Sprintf("%s, batch %d: done", e.Play, e.Batch)
	case journal.HostDrained:
		return "taken out of nginx"
	case journal.HostUndrained:
		return "returned to nginx"
	case journal.TransactionBegun:
		if e.Undoes != "" {
			return "undoing " + e.Undoes
		}
		return "applying " + e.Transaction + ": " + strings.Join(e.Stages, ", ")
	case journal.TransactionEnded:
		return fmt.Sprintf("%s: %s%s", e.Transaction, e.State, why)
	case journal.HostEnded:
		return fmt.Sprintf("%s, %s%s", e.State, count(e.Changes, "change"), why)
	case journal.RunEnded:
		return fmt.Sprintf("ended: %s, exit %d", count(e.Changes, "change"), *e.Exit)
	case journal.StepBegun, journal.StepEnded:
		return e.Step
	case journal.Said:
		return e.Text
	}
	return string(e.Type)
}

// some names some hosts, and counts the others.
func some(hosts []string) string {
	const named = 10
	text := strings.Join(hosts[:min(named, len(hosts))], ", ")
	if more := len(hosts) - named; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// first is the first line of a text.
func first(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	return text
}

// count is a number and its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Short is a time as people say it: 4.6 s, 11 s, 1 min 12 s, 2 h 5 min.
func Short(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return strings.TrimSuffix(fmt.Sprintf("%d min %d s", s/60, s%60), " 0 s")
	}
	return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
}

// whole is Short without tenths, for times that are drawn again and again.
func whole(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return Short(d)
}

// seconds is a time that is drawn in a column: 11 s, 180 s, 20 min.
func seconds(d time.Duration) string {
	if d < 1000*time.Second {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

// ended is what became of a host, in one line: "changed, 7 changes, 4.6 s".
func ended(e journal.Entry) string {
	took := ""
	if e.Took > 0 {
		took = ", " + Short(time.Duration(e.Took)*time.Millisecond)
	}
	text := fmt.Sprintf("%s, %s%s", cmp.Or(string(e.State), "ended"), count(e.Changes, "change"), took)
	if e.Error != "" {
		text += ": " + strings.TrimPrefix(first(e.Error), e.Host+": ")
	}
	return text
}
