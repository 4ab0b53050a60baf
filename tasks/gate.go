package tasks

import (
	_ "embed"
	"strconv"

	"odooctl/remote/shell"
)

// Gate is a condition for a transaction to count as done. It is polled after the
// actions on units; if it does not hold in time everything is put back. A plan without
// changes has no gates.
type Gate struct {
	Title  string // the condition: /web/login answers
	Run    string // shell, run as root, that succeeds when it holds; its output is shown if it never does
	Within int    // seconds; 0 = 60
	Delay  int    // seconds before the first try
}

//go:embed gate.sh
var staysUp string

// StaysUp is shell that succeeds when a unit has been up for some seconds without a
// restart. It prints the reason if it was not.
func StaysUp(unit string, seconds int) string {
	return unitStates + shell.Call(staysUp, "stays_up", unit, strconv.Itoa(seconds))
}

// Gate adds a gate.
func (h *Host) Gate(g Gate) { h.gates = append(h.gates, g) }

// gate adds the gates after everything else.
func (p *Plan) gate(s *Script) {
	for _, g := range p.Gates {
		within := g.Within
		if within == 0 {
			within = 60
		}
		args := []string{g.Title, g.Run, strconv.Itoa(within)}
		if g.Delay > 0 {
			args = append(args, strconv.Itoa(g.Delay))
		}
		s.doing(phaseUnits, pick(g.Title == g.Run, "proving: ", "proving that ")+g.Title)
		s.line(phaseUnits, "gate", args...)
	}
}
