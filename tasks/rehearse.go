package tasks

import (
	_ "embed"
	"fmt"
	"path"
	"sort"
	"strings"
)

//go:embed rehearse.sh
var rehearsal string

// rehearse lets the checks see the new files at their real paths before anything
// is swapped: a mount namespace of its own shows an overlay of every directory
// that changes, and the swap is done in there first.
func (p *Plan) rehearse(s *script) {
	var checks strings.Builder
	for _, c := range p.Checks {
		if !c.Live {
			fmt.Fprintf(&checks, "check %s %s\n", quote(c.Title), quote(c.Run))
		}
	}
	if checks.Len() == 0 {
		return
	}
	var lines strings.Builder
	dirs, ok := p.directories()
	for _, d := range dirs {
		fmt.Fprintf(&lines, "show %s\n", quote(d))
	}
	for _, c := range p.Changes {
		if c.Kind == kindPath {
			lines.WriteString(inPlace(c))
		}
	}
	if !ok || lines.Len() == 0 {
		// Nothing changes on disk, or not where an overlay can be laid.
		s.phases[phaseCheck].WriteString("rehearsed=\n")
		return
	}
	s.files = append(s.files, attachment{"rehearsal", asOthers + rehearsal + lines.String() + checks.String()})
	s.line(phaseRehearse, "rehearse", "rehearsal")
}

// inPlace is the line that makes a change in the overlay.
func inPlace(c Change) string {
	a, has := c.After.(node)
	b, had := c.Before.(node)
	switch {
	case !has && b.Type == typeDir:
		return fmt.Sprintf("rmdir %s\n", quote(c.Name))
	case !has:
		return fmt.Sprintf("rm -f %s\n", quote(c.Name))
	case a.Type == typeDir && !had:
		return "" // made already: an empty directory harms nobody
	case a.Type == typeDir, had && b.Type == a.Type && b.Content == a.Content && a.Born == "" && a.Type == typeFile:
		return fmt.Sprintf("chown %s:%s %s && chmod %04o %s\n", quote(a.Owner), quote(a.Group), quote(c.Name), a.Mode, quote(c.Name))
	}
	return fmt.Sprintf("put %s\n", quote(c.Name))
}

// directories lists the topmost directories in which something changes. Ok is
// false where an overlay cannot be laid over one of them.
func (p *Plan) directories() (dirs []string, ok bool) {
	all := map[string]bool{}
	for _, c := range p.Changes {
		if c.Kind != kindPath {
			continue
		}
		d := path.Dir(c.Name)
		top := "/" + strings.SplitN(d, "/", 3)[1]
		if d == "/" || strings.ContainsAny(d, ",:\\") || contains([]string{"/proc", "/sys", "/dev", "/run", "/tmp"}, top) {
			return nil, false
		}
		all[d] = true
	}
	for d := range all {
		covered := false
		for up := path.Dir(d); up != "/"; up = path.Dir(up) {
			covered = covered || all[up]
		}
		if !covered {
			dirs = append(dirs, d)
		}
	}
	sort.Strings(dirs)
	return dirs, true
}
