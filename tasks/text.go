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
	Diffs  bool                                // with a diff of every file
	Full   bool                                // each host by itself, and all diffs whole
	Failed int                                 // hosts that have no plan, because something failed
	Paint  func(sign byte, text string) string // colours text by the sign of a change; nil: plain

	outline bool // long diffs are cut
	shape   bool // without what is asked in the end, which names each deployment
}

func (s Style) paint(sign byte, text string) string {
	if s.Paint == nil {
		return text
	}
	return s.Paint(sign, text)
}

// Write writes what the plan would do to its host; nothing if it changes nothing.
func (p *Plan) Write(w io.Writer, s Style) {
	if p.Empty() && len(p.Unknown) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: %s\n", p.Host, Plural(p.Count(), "change"))
	p.body(w, s)
	fmt.Fprintln(w)
}

// body writes what is below the host's name.
func (p *Plan) body(w io.Writer, s Style) {
	if p.Empty() && len(p.Unknown) == 0 {
		return
	}
	line := func(sign byte, format string, args ...any) {
		fmt.Fprintf(w, "  %s %s\n", s.paint(sign, string(sign)), Printable(fmt.Sprintf(format, args...)))
	}
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
		if s.shape || slices.Contains(p.Gates[:i], g) {
			continue // it applies to several stages
		}
		line('=', "%s, or all is put back", g.Title)
	}
	for _, u := range p.Unknown {
		line('?', "%s: known after apply", u)
	}
}

func (s Style) diff(w io.Writer, text string) {
	shown, all := 0, strings.Count(text, "\n")
	for l := range strings.Lines(text) {
		if s.outline && shown == diffLines && all > diffLines+1 {
			fmt.Fprintf(w, "      ... %d more lines: --full shows them\n", all-shown)
			return
		}
		shown++
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

// Plural is a count and its noun: 1 change, 2 changes, 2 directories.
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if stem, ok := strings.CutSuffix(what, "y"); ok && !strings.ContainsAny(stem[len(stem)-1:], "aeou") {
		what = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, what)
}
