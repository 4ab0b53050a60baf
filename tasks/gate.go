package tasks

import (
	"fmt"
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

// StaysUp is shell that succeeds when a unit has been up for some seconds without a
// restart. It prints the reason if it was not.
func StaysUp(unit string, seconds int) string {
	return fmt.Sprintf("%ssettled %[2]s\nsteady %[2]s %[3]d \"$again\" || { systemctl status --no-pager -n 5 -- %[2]s; "+
		"exit 1; }", unitStates, shell.Quote(unit), seconds)
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
		s.line(phaseUnits, "gate", args...)
	}
}
