package tasks

import (
	"fmt"
	"strconv"
	"strings"
)

// paths are files, directories and links.
var paths = &Kind{
	Name: kindPath, Read: readFiles, Learn: learnFiles, Show: showNode, What: whatNode, Compile: makeNode,
	together: expectPaths, at: &standing{},
}

func whatNode(name string, before, after State) string {
	n, ok := after.(node)
	if !ok {
		n, _ = before.(node)
	}
	return typeNames[n.Type] + " " + name
}

func showNode(before, after State) (parts []string) {
	b, had := before.(node)
	a, has := after.(node)
	if !has {
		return nil
	}
	if a.Generator != "" {
		parts = append(parts, "content known after apply")
	}
	if a.Type == typeLink {
		return append(parts, strings.TrimSpace(b.Target+" -> "+a.Target))
	}
	if !had || a.Mode != b.Mode {
		parts = append(parts, pick(had, fmt.Sprintf("%04o -> %04o", b.Mode, a.Mode), fmt.Sprintf("%04o", a.Mode)))
	}
	if !had || a.Owner != b.Owner || a.Group != b.Group {
		own := a.Owner + ":" + a.Group
		parts = append(parts, pick(had, b.Owner+":"+b.Group+" -> "+own, own))
	}
	return parts
}

// makeNode adds the lines that change a path from before to after. Undo is always the
// same: the saved copy is put back.
func makeNode(s *Script, path string, before, after State) {
	if s.inUndo {
		s.line(0, "restore", path)
		return
	}
	b, had := before.(node)
	a, has := after.(node)
	s.doing(phaseStage, preparing)
	s.line(phaseStage, "save", path)
	mode := fmt.Sprintf("%04o", a.Mode)
	switch {
	case !has && b.Type == typeDir:
		s.step(phaseClear, "remove_dir", path)
	case !has:
		s.step(phaseSwap, "remove", path)
	case a.Type == typeDir && b.Type != typeDir: // over a file it fails
		s.step(phaseStage, "make_dir", path, a.Owner, a.Group, mode)
	case a.Type == typeDir:
		s.step(phaseSwap, "own", path, a.Owner, a.Group, mode)
	case a.Type == typeLink:
		s.line(phaseStage, "stage_link", a.Target, path)
		s.step(phaseSwap, "swap", path)
	case a.Closed && !b.Closed:
		s.line(phaseStage, "fail", "only the host knows what "+path+" held")
	case a.Generator != "":
		s.line(phaseStage, "stage_generated", a.Generator, path, a.Owner, a.Group, mode)
		s.step(phaseSwap, "swap", path)
	case had && b.Type == typeFile && b.Content == a.Content && b.Closed == a.Closed:
		s.step(phaseSwap, "own", path, a.Owner, a.Group, mode)
	default:
		s.line(phaseStage, "stage", s.Attach(a.Content), path, a.Owner, a.Group, mode)
		s.step(phaseSwap, "swap", path)
	}
	if strings.HasPrefix(path, "/etc/systemd/system/") && !s.reload {
		s.reload = true
		s.stepUndo(phaseCheck, ":", "daemon_reload")
	}
}

// expectPaths compares every file with the state that the plan was made from.
func expectPaths(s *Script, changes []Change) {
	var sums strings.Builder
	var like, paths, none []string
	for _, c := range changes {
		if c.way != "" {
			s.line(phaseExpect, "expect_way", c.way)
		}
		b, ok := c.Before.(node)
		if !ok {
			none = append(none, c.Name)
			continue
		}
		what := map[NodeType]string{typeFile: "regular file", typeDir: "directory", typeLink: "symbolic link"}[b.Type]
		like = append(like, fmt.Sprintf("%s %o %s %s .%s", what, b.Mode, asStat(b.Owner), asStat(b.Group), c.Name))
		paths = append(paths, "."+c.Name)
		switch {
		case b.Type == typeLink:
			s.line(phaseExpect, "expect_link", b.Target, c.Name)
		case b.Type != typeFile || b.Generator != "":
		case b.Closed:
			fmt.Fprintf(&sums, "%s  .%s\n", b.Digest, c.Name)
		default:
			fmt.Fprintf(&sums, "%s  .%s\n", digest(b.Content), c.Name)
		}
	}
	if sums.Len() > 0 {
		s.line(phaseExpect, "expect_text", s.Attach(sums.String()))
	}
	if len(like) > 0 {
		s.line(phaseExpect, "expect_like", append([]string{strings.Join(like, "\n")}, paths...)...)
	}
	if len(none) > 0 {
		s.line(phaseExpect, "expect_none", none...)
	}
}

// asStat is an owner as stat(1) prints it. An owner whose account was deleted was read
// as a number, and has no name there.
func asStat(owner string) string {
	if _, err := strconv.Atoi(owner); err == nil {
		return "UNKNOWN"
	}
	return owner
}
