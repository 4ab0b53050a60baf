package tasks

import (
	"fmt"
	"strconv"

	"odooctl/remote/shell"
)

const kindProbe = "probe"

var probes = &Kind{Name: kindProbe, Read: readProbes, Learn: learnProbes}

// Command is work that no picture can hold, such as setting up an Odoo database.
// It needs a way to know that it is done, and is shown as "may run"; or it is to run
// each time, and is shown as that.
type Command struct {
	Title  string // what it does: set up Odoo in database mycompany
	Run    string // shell, run as root
	Input  string // text that the shell finds in the file "$1", such as a password; shown nowhere
	Script string // text that it finds in the file "$2", such as a program of the operator's
	Unless string // shell that succeeds where nothing is to be done; "" = the task has decided
	Before string // unit whose start or restart has to wait for it; "" = after all units
	Within int    // seconds it may take; 0 = 600

	// Undo is shell that undoes it, also where it broke off; "" = it cannot be undone.
	Undo string
	// Always says that it runs in each run that plans it, and once in that run.
	Always bool
	// Asks says that it changes nothing: it asks, and fails where the answer is no.
	Asks bool

	// Stops are units that run and must not while the command does. They are
	// started again with those that are acted on: notify them of why.
	Stops []string
}

// Undone reports whether a host can be brought back to where it was before the
// command.
func (c Command) Undone() bool { return c.Undo != "" || c.Asks }

// how says in words what a plan shows of the command beside its title.
func (c Command) how() string {
	text := pick(c.Always, "runs each time", "may run")
	switch {
	case c.Asks:
		return "asked each time, changes nothing"
	case c.Undo != "":
		return text + ", has a command that undoes it"
	}
	return text + ", cannot be undone"
}

// stopped reports whether a command of the plan stops the unit.
func (p *Plan) stopped(unit string) bool {
	for _, c := range p.Commands {
		if contains(c.Stops, unit) {
			return true
		}
	}
	return false
}

// run adds a command, what undoes it, and the stops that it needs.
func (p *Plan) run(s *Script, c Command) {
	for _, unit := range c.Stops {
		s.stepUndo(phaseUnits, "start "+shell.Quote(unit), "stop", unit)
	}
	within := c.Within
	if within == 0 {
		within = 600
	}
	if c.Undo != "" {
		u := Script{inUndo: true, files: s.files}
		s.line(phaseUnits, "promise", "undo_command", u.Attach(c.Undo), strconv.Itoa(within))
		s.files = u.files
	}
	args := []string{c.Title, c.Run, strconv.Itoa(within)}
	if c.Input != "" || c.Script != "" {
		args = append(args, s.Attach(c.Input))
	}
	if c.Script != "" {
		args = append(args, s.Attach(c.Script))
	}
	s.line(phaseUnits, "command_", args...)
}

// Command asks for the command to run in this stage, unless its probe says that
// nothing is to be done, and reports whether it is to run.
func (h *Host) Command(c Command) (runs bool) {
	if c.Unless != "" {
		if p, ok := h.get(key{kindProbe, c.Unless}).(probe); ok && p.done {
			return false
		}
	}
	if c.Always && h.ran[c.Run] {
		return false
	}
	h.commands = append(h.commands, c)
	return true
}

// Ran notes that a plan was made on the host: what runs in each run does not run
// again when the host is planned anew.
func (h *Picture) Ran(p *Plan) {
	for _, c := range p.Commands {
		if c.Always {
			h.ran[c.Run] = true
		}
	}
}

// Holds reports whether shell that changes nothing succeeded when the host was
// read; false while it was not.
func (h *Host) Holds(shell string) bool {
	p, _ := h.get(key{kindProbe, shell}).(probe)
	return p.done
}

// probe is the answer to a command's Unless, or to Holds.
type probe struct{ done bool }

func (p probe) Same(s State) bool { return p == s }

func readProbes(a Asked) (text string) {
	for i, s := range a.Of(kindProbe) {
		if i == 0 {
			text = "part probes\n"
		}
		text += "if ( " + s + "\n) >/dev/null 2>&1 </dev/null; then echo 1; else echo 0; fi\n"
	}
	return text
}

func learnProbes(h *Host, a Answers) error {
	text, shells := a.Part("probes"), a.Of(kindProbe)
	if len(text) != 2*len(shells) {
		return fmt.Errorf("read what holds on the host: %q answers %d questions", text, len(shells))
	}
	for i, s := range shells {
		h.before[key{kindProbe, s}] = probe{text[2*i] == '1'}
	}
	return nil
}
