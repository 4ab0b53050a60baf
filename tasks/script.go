package tasks

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

// Script collects the lines of the program that makes a plan on the host. It is
// kept dumb: one verb of verbs/ per line, in phases, each step with the line
// that undoes it.
type Script struct {
	phases  [phases]strings.Builder
	files   []attachment
	undo    func(*Script) // what the step being added is undone by; nil while undoing
	reload  bool          // systemd has to read its units again
	undoing []string      // lines collected while undoing
	inUndo  bool
	back    bool // the plan is an inverse: what is in a server comes when it runs on its old files
}

// attachment is a file that travels beside the script.
type attachment struct {
	name string
	data string
}

// The phases of a transaction, in their order. Everything that can fail without
// a trace comes first.
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

// step adds a line that changes the host. What undoes it is written down on the
// host before it runs.
func (s *Script) step(phase int, verb string, args ...string) {
	if s.inUndo {
		s.line(phase, verb, args...)
		return
	}
	s.stepUndo(phase, s.undoLines(), verb, args...)
}

func (s *Script) stepUndo(phase int, undo, verb string, args ...string) {
	line := "step " + shell.Words(append([]string{undo, verb}, args...)...) + "\n"
	if phase == phaseClear { // directories empty from the bottom up
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

// Attach adds a file to the payload and returns its name. One that an undo needs stays
// on the host as long as the run can be undone; all others go with its end.
func (s *Script) Attach(data string) string {
	name := strconv.Itoa(len(s.files))
	if s.inUndo {
		name = "undo-" + name
	}
	s.files = append(s.files, attachment{name, data})
	return name
}
