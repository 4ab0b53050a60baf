package tasks

import (
	"fmt"
	"strconv"
	"strings"
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
		s.undoing = append(s.undoing, verb+" "+quoteAll(args))
		return
	}
	fmt.Fprintf(&s.phases[phase], "%s %s\n", verb, quoteAll(args))
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
	line := "step " + quoteAll(append([]string{undo, verb}, args...)) + "\n"
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

// quote makes one word of POSIX shell of any text without a NUL.
func quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// special reports whether a shell may see more in a character than itself.
func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_-+=:,./@%", r)
}

func quoteAll(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = quote(s)
	}
	return strings.Join(q, " ")
}

// quotePattern quotes all of a shell pattern but its *, ? and [].
func quotePattern(p string) string {
	var b strings.Builder
	for _, r := range p {
		if strings.ContainsRune("*?[]", r) {
			b.WriteRune(r)
		} else {
			b.WriteString(quote(string(r)))
		}
	}
	return b.String()
}
