package tasks

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"odooctl/remote/shell"
)

// Use is which files a unit has read, and when: the running configuration may be older
// than what is on disk, which neither a plan nor a diff shows.
type Use struct {
	Unit  string
	Files []string
	Since string // shell that prints when the unit last read them, in Unix seconds; "" = when it started
	Also  string // shell that prints a line for anything else that is not in effect
}

// Uses sets what DriftScript compares for a unit.
func (h *Host) Uses(u Use) {
	if i := slices.IndexFunc(h.uses, func(o Use) bool { return o.Unit == u.Unit }); i >= 0 {
		h.uses[i] = u
		return
	}
	h.uses = append(h.uses, u)
}

// DriftScript returns the program that compares what runs with what is on disk, and
// prints one line per difference. It is read-only. The host must have been planned.
func (h *Picture) DriftScript() string {
	var b strings.Builder
	b.WriteString(Rights + systemVerbs + drifts)
	for _, u := range h.uses {
		since := u.Since
		if since == "" {
			since = "started " + shell.Quote(u.Unit)
		}
		fmt.Fprintf(&b, "compare %s \"$(%s)\" %s\n", shell.Quote(u.Unit), since, shell.Words(u.Files...))
		if u.Also != "" {
			fmt.Fprintf(&b, "( %s\n)\n", u.Also)
		}
	}
	return b.String()
}

// drifts are the shell functions that DriftScript calls.
//
//go:embed drift.sh
var drifts string

// Drift parses the output of DriftScript.
func Drift(output string) []string {
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(output), "\n"), func(s string) bool { return s == "" })
}
