package site

import (
	"fmt"
	"regexp"
	"time"
)

// Note is who took a backend, or the whole site, out of service. It stands in the server
// file, where whoever wonders will look.
type Note struct {
	Who   string    // user@machine
	Run   string    // of whose work it is part, and which ends it; "" = a person's own decision
	Since time.Time // to the second
}

// Shown is the subject of the note about the maintenance page. The others are addresses.
const Shown = "the page"

// noteLine matches a note's line: about what, since when, by whom, for which run.
var noteLine = regexp.MustCompile(`(?m)^# Out of service: (\S+|` + Shown +
	`), since (\S+), by (\S+?)(?:, for run (\S+))?\n`)

// unfit matches what a name in a comment cannot have.
var unfit = regexp.MustCompile(`[^A-Za-z0-9@._-]`)

// Notes returns the notes in a server file, by their subjects. What is out of service without
// one was taken out by an older odooctl, or an editor.
func Notes(text string) map[string]Note {
	list := map[string]Note{}
	for _, m := range noteLine.FindAllStringSubmatch(text, -1) {
		since, err := time.Parse(time.RFC3339, m[2])
		if err == nil {
			list[m[1]] = Note{Who: m[3], Run: m[4], Since: since}
		}
	}
	return list
}

// WithNote returns a server file with the note about a subject, which replaces an earlier
// one; nil: without one.
func WithNote(text, subject string, n *Note) string {
	text = noteLine.ReplaceAllStringFunc(text, func(line string) string {
		if noteLine.FindStringSubmatch(line)[1] == subject {
			return ""
		}
		return line
	})
	if n == nil {
		return text
	}
	line := fmt.Sprintf("# Out of service: %s, since %s, by %s", subject, n.Since.UTC().Format(time.RFC3339),
		unfit.ReplaceAllString(n.Who, "_"))
	if n.Run != "" {
		line += ", for run " + n.Run
	}
	return text + line + "\n"
}

// KeepNotes returns a server file with the notes of an older one whose subjects are still
// out of service.
func KeepNotes(text, old string) string {
	for _, m := range noteLine.FindAllStringSubmatch(old, -1) {
		out := m[1] == Shown && InMaintenance(text)
		for b := range States(text) {
			out = out || HostOf(b) == m[1]
		}
		if out {
			text += m[0]
		}
	}
	return text
}

// String says it to a person.
func (n Note) String() string {
	text := fmt.Sprintf("since %s UTC, by %s", n.Since.Format("2006-01-02 15:04"), n.Who)
	if n.Run != "" {
		text += ", for run " + n.Run
	}
	return text
}
