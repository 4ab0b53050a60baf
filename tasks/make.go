package tasks

import (
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

// makeNode adds the lines that turn what stands at a path into what should stand
// there. Undo is the same for all of it: the saved copy is put back.
func makeNode(s *script, path string, before, after State) {
	if s.inUndo {
		s.line(0, "restore", path)
		return
	}
	b, had := before.(node)
	a, has := after.(node)
	s.line(phaseStage, "save", path)
	mode := fmt.Sprintf("%04o", a.Mode)
	switch {
	case !has && b.Type == typeDir:
		s.step(phaseClear, "remove_dir", path)
	case !has:
		s.step(phaseSwap, "remove", path)
	case a.Type == typeDir && !had:
		s.step(phaseStage, "make_dir", path, a.Owner, a.Group, mode)
	case a.Type == typeDir:
		s.step(phaseSwap, "own", path, a.Owner, a.Group, mode)
	case a.Type == typeLink:
		s.line(phaseStage, "stage_link", a.Target, path)
		s.step(phaseSwap, "swap", path)
	case a.Closed && !b.Closed:
		s.line(phaseStage, "fail", "only the host knows what "+path+" held")
	case a.Born != "":
		s.line(phaseStage, "stage_born", a.Born, path, a.Owner, a.Group, mode)
		s.step(phaseSwap, "swap", path)
	case had && b.Type == typeFile && b.Content == a.Content && b.Closed == a.Closed:
		s.step(phaseSwap, "own", path, a.Owner, a.Group, mode)
	default:
		s.line(phaseStage, "stage", s.attach(a.Content), path, a.Owner, a.Group, mode)
		s.step(phaseSwap, "swap", path)
	}
	if strings.HasPrefix(path, "/etc/systemd/system/") && !s.reload {
		s.reload = true
		s.stepUndo(phaseCheck, ":", "daemon_reload")
	}
}

// makeUnit adds enabling, disabling and stopping. Starting is an action, for it
// has to be proven; its undo is here.
func makeUnit(s *script, name string, before, after State) {
	b, _ := before.(unit)
	a, has := after.(unit)
	if !has {
		s.undefine(name, b)
		return
	}
	if a.Enabled != b.Enabled {
		s.stepUndo(phaseUnits, pick(a.Enabled, "disable ", "enable ")+shell.Quote(name), pick(a.Enabled, "enable", "disable"), name)
	}
	switch {
	case b.Active && !a.Active:
		s.stepUndo(phaseUnits, "start "+shell.Quote(name), "stop", name)
	case a.Active && !b.Active:
		s.stepUndo(phaseUnits, "stop "+shell.Quote(name), "true")
	}
}
