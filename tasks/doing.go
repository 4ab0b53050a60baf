package tasks

import "strings"

// This file has the words with which a host tells what it does while a transaction goes on.
// A step is what may take long enough to be told of. What is done in a moment belongs to the
// step before it.

// gerunds are the verbs of actions on units.
var gerunds = map[string]string{string(Reload): "reloading", string(Restart): "restarting", "start": "starting"}

// preparing is the step in which what is there is saved, and what comes is written beside it.
const preparing = "preparing files"

// begins are the steps that begin with a phase which has something to do, unless its lines
// have words of their own. Before the first of them the host only compares.
var begins = map[int]string{
	phaseSwap: "putting files in place", phaseCheck: "checking what is in place", phaseLast: "removing what is not needed",
}

// doing adds a line that tells what the lines after it do. It is not told twice in a row, and of
// words that have several lines, such as a command's, the first.
func (s *Script) doing(phase int, words string) {
	if first, _, more := strings.Cut(strings.TrimSpace(words), "\n"); more {
		words = first + " ..."
	}
	if told := s.told[phase]; s.inUndo || len(told) > 0 && told[len(told)-1] == words {
		return
	}
	s.told[phase] = append(s.told[phase], words)
	s.line(phase, "doing", words)
}

// Doing tells what the next steps of Make do, in words: changing PostgreSQL 15/main.
func (s *Script) Doing(words string) { s.doing(pick(s.back, phaseLast, phaseMake), words) }

// head adds the words with which a phase begins that has something to do and none of its own.
func (s *Script) head(phase int) {
	words := begins[phase]
	moved := s.phases[phaseSwap].Len() > 0
	if words == "" || s.phases[phase].Len() == 0 || len(s.told[phase]) > 0 || phase == phaseCheck && moved {
		return
	}
	lines := s.phases[phase].String()
	s.phases[phase].Reset()
	s.doing(phase, words)
	s.phases[phase].WriteString(lines)
}

// steps counts what the host will tell of.
func (s *Script) steps() (n int) {
	for phase := range s.phases {
		s.head(phase)
		n += len(s.told[phase])
	}
	return n
}
