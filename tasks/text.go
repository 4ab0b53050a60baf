package tasks

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"odooctl/remote/plain"
)

// Style is how a plan is written.
type Style struct {
	Diffs bool                                // with a diff of every file
	Paint func(sign byte, text string) string // colours text by the sign of a change; nil: plain
}

func (s Style) paint(sign byte, text string) string {
	if s.Paint == nil {
		return text
	}
	return s.Paint(sign, text)
}

// WritePlans writes what each host's plan would do and a summary line, and returns the
// number of changes. The signs are + made, - removed, ~ changed, ! done to a unit, =
// asked in the end, ? known or run only during apply, . waits.
func WritePlans(w io.Writer, plans []*Plan, s Style) (pending int) {
	hosts := 0
	for _, p := range plans {
		p.Write(w, s)
		if !p.Empty() {
			hosts++
			pending += p.Count()
		}
	}
	if pending == 0 {
		fmt.Fprintf(w, "plan: 0 changes on %s\n", Plural(len(plans), "host"))
	} else {
		fmt.Fprintf(w, "plan: %s on %d of %s\n", Plural(pending, "change"), hosts, Plural(len(plans), "host"))
	}
	return pending
}

// Write writes what the plan would do to its host; nothing if it changes nothing.
func (p *Plan) Write(w io.Writer, s Style) {
	if p.Empty() && len(p.Unknown) == 0 {
		return
	}
	line := func(sign byte, format string, args ...any) {
		fmt.Fprintf(w, "  %s %s\n", s.paint(sign, string(sign)), Printable(fmt.Sprintf(format, args...)))
	}
	fmt.Fprintf(w, "%s: %s\n", p.Host, Plural(p.Count(), "change"))
	for _, wait := range p.Waits {
		line('.', "waits for %s, which %s", wait.Host, wait.Why)
	}
	for _, c := range p.Changes {
		what := c.What()
		if sum := c.Summary(); sum != "" {
			what += ": " + sum
		}
		line(c.Sign(), "%s", what)
		if s.Diffs {
			s.diff(w, c.Diff())
		}
	}
	for _, c := range p.Commands {
		stops := ""
		if len(c.Stops) > 0 {
			stops = "; stops " + strings.Join(c.Stops, ", ") + " meanwhile"
		}
		line('?', "%s: %s%s", c.Title, c.how(), stops)
	}
	for _, a := range p.Actions {
		line('!', "%s %s: %s", a.Verb, a.Unit, strings.Join(a.Why, "; "))
	}
	if p.Reboot != nil {
		line('!', "reboot: %s", p.Reboot.Why)
	}
	for i, g := range p.Gates {
		if slices.Contains(p.Gates[:i], g) {
			continue // it applies to several stages
		}
		line('=', "%s, or all is put back", g.Title)
	}
	for _, u := range p.Unknown {
		line('?', "%s: known after apply", u)
	}
	fmt.Fprintln(w)
}

func (s Style) diff(w io.Writer, text string) {
	for l := range strings.Lines(text) {
		l = Printable(strings.TrimRight(l, "\r\n"))
		if l == " " { // keep an empty line
			fmt.Fprintln(w)
			continue
		}
		fmt.Fprintf(w, "      %s\n", s.paint(append([]byte(l), ' ')[0], l))
	}
}

// Printable escapes what could control a terminal or is invisible: text from hosts and
// files is untrusted.
func Printable(text string) string { return plain.Text(text) }

// PrintableJSON is Printable for a JSON text, whose value stays the same.
func PrintableJSON(text []byte) []byte { return plain.JSON(text) }

// Plural is a count and its noun: 1 change, 2 changes.
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
