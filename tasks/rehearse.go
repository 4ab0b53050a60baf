package tasks

import (
	_ "embed"
	"fmt"
	"path"
	"sort"
	"strings"

	"odooctl/remote/shell"
)

//go:embed rehearse.sh
var rehearsal string

// rehearse runs the checks on the new files at their real paths before anything is
// swapped: a private mount namespace has an overlay on every directory that changes,
// and the swap is done in there first. Whole folders are covered by the new ones.
func (p *Plan) rehearse(s *Script) {
	var checks strings.Builder
	for _, c := range p.Checks {
		if !c.Live {
			fmt.Fprintf(&checks, "check %s %s\n", shell.Quote(c.Title), shell.Quote(c.Run))
		}
	}
	if checks.Len() == 0 {
		return
	}
	var lines strings.Builder
	dirs, ok := p.directories()
	for _, d := range dirs {
		fmt.Fprintf(&lines, "show %s\n", shell.Quote(d))
	}
	for _, c := range p.Changes {
		switch _, has := c.After.(checkout); {
		case c.Kind == kindPath:
			lines.WriteString(inPlace(c))
		case c.Kind == kindTree && c.After != nil:
			fmt.Fprintf(&lines, "lay_tree %s\n", shell.Quote(c.Name))
		case c.Kind == kindCheckout && has:
			fmt.Fprintf(&lines, "lay_checkout %s\n", shell.Quote(c.Name))
		}
	}
	if !ok || lines.Len() == 0 {
		// Nothing changes on disk, or not where an overlay is possible.
		s.phases[phaseCheck].WriteString("rehearsed=\n")
		return
	}
	s.files = append(s.files, attachment{name: "rehearsal",
		data: "run=$1 root=$2 dir=$3\n" + Rights + systemVerbs + inFolders + rehearsal + lines.String() + checks.String()})
	s.doing(phaseRehearse, "checking the new files")
	s.line(phaseRehearse, "rehearse", "rehearsal")
}

// inPlace is the line that makes a change in the overlay.
func inPlace(c Change) string {
	a, has := c.After.(node)
	b, had := c.Before.(node)
	switch {
	case !has && b.Type == typeDir:
		return fmt.Sprintf("put remove_dir %s\n", shell.Quote(c.Name))
	case !has:
		return fmt.Sprintf("put remove %s\n", shell.Quote(c.Name))
	case a.Type == typeDir && !had:
		return "" // made already: an empty directory harms nobody
	case a.Type == typeDir, had && b.Type == a.Type && b.Content == a.Content && b.Closed == a.Closed &&
		a.Generator == "" && a.Type == typeFile:
		return fmt.Sprintf("put own %s %s %s %04o\n", shell.Quote(c.Name), shell.Quote(a.Owner), shell.Quote(a.Group), a.Mode)
	}
	return fmt.Sprintf("put swap %s\n", shell.Quote(c.Name))
}

// directories lists those in which something changes. ok is false if one of them cannot
// have an overlay.
func (p *Plan) directories() (dirs []string, ok bool) {
	for _, c := range p.Changes {
		// A folder that is there already is covered as a whole; see lay_tree.
		if c.Kind != kindPath && (c.Kind != kindTree && c.Kind != kindCheckout || c.Before != nil) {
			continue
		}
		d := path.Dir(c.Name)
		top := "/" + strings.SplitN(d, "/", 3)[1]
		if d == "/" || strings.ContainsAny(d, ",:\\") ||
			contains([]string{"/proc", "/sys", "/dev", "/run", "/tmp"}, top) {
			return nil, false
		}
		if !contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	sort.Strings(dirs)
	return dirs, true
}
