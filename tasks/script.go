package tasks

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

// Script collects the lines of the program that makes a plan on the host. It is kept
// simple: one function of verbs/ per line, in phases, each step with the line that
// undoes it.
type Script struct {
	phases  [phases]strings.Builder
	told    [phases][]string // the steps of each phase, in words
	files   []attachment
	undo    func(*Script) // the undo of the step being added; nil while undoing
	reload  bool          // systemd has to reload its units
	undoing []string      // lines collected while undoing
	inUndo  bool
	back    bool // the plan is an inverse: changes inside a server come once it runs on its old files
}

// attachment is a file that travels with the script: data, or a tar of files of a tree.
type attachment struct {
	name   string
	data   string
	branch *branch
}

// The phases of a transaction, in order. Everything that can fail without a trace comes
// first.
const (
	phaseExpect = iota
	phaseInstall
	phaseStage
	phaseRehearse
	phaseMake
	phaseSwap
	phaseClear
	phaseCheck
	phaseUnits
	phaseLast
	phases
)

func (s *Script) line(phase int, verb string, args ...string) {
	if s.inUndo {
		s.undoing = append(s.undoing, verb+" "+shell.Words(args...))
		return
	}
	fmt.Fprintf(&s.phases[phase], "%s %s\n", verb, shell.Words(args...))
}

// step adds a line that changes the host. Its undo is recorded on the host before it
// runs.
func (s *Script) step(phase int, verb string, args ...string) {
	if s.inUndo {
		s.line(phase, verb, args...)
		return
	}
	s.stepUndo(phase, s.undoLines(), verb, args...)
}

func (s *Script) stepUndo(phase int, undo, verb string, args ...string) {
	line := "step " + shell.Words(append([]string{undo, verb}, args...)...) + "\n"
	if phase == phaseClear { // directories are emptied bottom up
		rest := s.phases[phase].String()
		s.phases[phase].Reset()
		line += rest
	}
	s.phases[phase].WriteString(line)
}

func (s *Script) undoLines() string {
	u := Script{inUndo: true, files: s.files}
	if s.undo != nil {
		s.undo(&u)
	}
	s.files = u.files
	return strings.Join(u.undoing, "; ")
}

// Make adds a step that is neither a file nor a unit.
func (s *Script) Make(verb string, args ...string) {
	if s.back {
		s.step(phaseLast, verb, args...)
		return
	}
	s.step(phaseMake, verb, args...)
}

// Attach adds a file to the payload and returns its name. A file that an undo needs is
// kept on the host as long as the run can be undone; others are removed at its end.
func (s *Script) Attach(data string) string {
	name := strconv.Itoa(len(s.files))
	if s.inUndo {
		name = "undo-" + name
	}
	s.files = append(s.files, attachment{name: name, data: data})
	return name
}

// attachTree attaches a tar of some files of a tree, which no undo needs.
func (s *Script) attachTree(t tree, paths []string) string {
	name := strconv.Itoa(len(s.files))
	s.files = append(s.files, attachment{name: name, branch: &branch{t, paths}})
	return name
}
