package tasks

import (
	"strconv"

	"odooctl/remote/shell"
)

const kindBuild = "build"

var builds = &Kind{
	Name: kindBuild, Show: showBuild, Compile: makeBuild,
	at: &standing{within: "/.", state: func(*look, string, []string) (State, error) { return build{}, nil }},
}

// Build is a folder that the host makes itself, such as a virtual environment. It is
// made once and never changed: other content is another version, in a folder beside it,
// and a link selects the current one. So undo only has to switch the link.
type Build struct {
	Link    string // /opt/odoo-mycompany/venv, which a task sets with Host.Link
	Version string // identifies the content, and ends the folder's name
	What    string // what it is, for the plan: 0123abc of https://git.example.com/odoo.git
	Run     string // shell, run as root, that fills the folder "$1"
	Input   string // text that the shell finds in the file "$2"
	Within  int    // time limit in seconds; 0 = 1800
}

// Dir is the folder: LINK-VERSION.
func (b Build) Dir() string { return b.Link + "-" + b.Version }

// build is the state of a Build's folder.
type build struct{ Build }

func (b build) Same(s State) bool { _, ok := s.(build); return ok }

// Build ensures that the folder exists, and reports whether it did. Its content is
// known only afterwards: a task that depends on it calls Unknown and is planned again.
// It is made before anything else changes, and removed if that fails. Making one
// removes older versions, except those that a link points to, now or after a rollback
// to a run that the host keeps.
func (h *Host) Build(b Build) (was bool) {
	k := key{kindBuild, b.Dir()}
	if h.get(k) != nil {
		return true
	}
	h.set(k, build{b})
	return false
}

// HasBuild reports whether a Build's folder was there when the host was read.
func (h *Host) HasBuild(dir string) bool {
	k := key{kindBuild, dir}
	h.get(k)
	return h.before[k] != nil
}

func showBuild(before, after State) []string {
	if a, ok := after.(build); ok {
		return []string{a.What}
	}
	return nil
}

func makeBuild(s *Script, dir string, before, after State) {
	a, has := after.(build)
	if !has {
		s.stepUndo(phaseSwap, ":", "drop_tree", dir)
		return
	}
	within := a.Within
	if within == 0 {
		within = 1800
	}
	s.line(phaseExpect, "expect_unbuilt", dir)
	s.doing(phaseStage, "making "+dir+": "+a.What)
	s.stepUndo(phaseStage, "drop_tree "+shell.Quote(dir), "begin_build", dir)
	s.line(phaseStage, "build", dir, a.Link, a.What, strconv.Itoa(within), s.Attach("umask 022\n"+a.Run),
		s.Attach(a.Input))
}
