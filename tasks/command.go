package tasks

import (
	"cmp"
	"fmt"
	"strconv"

	"odooctl/remote/shell"
)

const kindProbe = "probe"

var probes = &Kind{Name: kindProbe, Read: readProbes, Learn: learnProbes}

// Command is work that a picture cannot represent, such as setting up an Odoo database.
// It needs a probe for whether it is done, and is shown as "may run"; or it runs each
// time, and is shown as that.
type Command struct {
	Title  string // what it does: set up Odoo in database mycompany
	Doing  string // while it does it: setting up database mycompany; "" = running, or proving, and Title
	Run    string // shell, run as root
	Input  string // text in the file "$1", such as a password; never shown
	Script string // text in the file "$2", such as a program of the operator's
	Unless string // shell that succeeds if nothing is to be done; "" = the task has decided
	Before string // unit whose start or restart waits for it; "" = after all units
	Within int    // time limit in seconds; 0 = 600

	// Undo is shell that undoes it, even if it was interrupted; "" = irreversible.
	Undo string
	// Makes names what is there only since the command has run: database shop; "" = nothing.
	Makes string
	// Always: it runs once in each run that plans it.
	Always bool
	// Asks: it only checks, and fails if the check does.
	Asks bool

	// Stops are units that must not run during the command. They are started again with
	// the other units: notify them of the reason.
	Stops []string
}

// Undone reports whether the host can be restored to before the command.
func (c Command) Undone() bool { return c.Undo != "" || c.Asks }

// how is what a plan shows of the command after its title.
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

// run adds a command, its undo, and the stops that it needs.
func (p *Plan) run(s *Script, c Command) {
	s.doing(phaseUnits, cmp.Or(c.Doing, pick(c.Asks, "proving that ", "running: ")+c.Title))
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

// Command adds the command to this stage, unless its probe says that it is done, and
// reports whether it will run.
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

// Ran records that a plan was made on the host: commands that always run do not run
// again when the host is replanned.
func (h *Picture) Ran(p *Plan) {
	for _, c := range p.Commands {
		if c.Always {
			h.ran[c.Run] = true
		}
	}
}

// Holds reports whether a read-only shell command succeeded when the host was read;
// false until then.
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
