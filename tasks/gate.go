package tasks

import (
	"fmt"
	"strconv"

	"odooctl/remote/shell"
)

// Gate is what has to hold before a transaction counts as done. It is asked when
// the units were acted on, again and again until it holds; when its time is over
// everything is put back. A plan that changes nothing asks nothing.
type Gate struct {
	Title  string // what holds: /web/login answers
	Run    string // shell, run as root, that succeeds when it holds; what it prints is shown when it never does
	Within int    // seconds; 0 = 60
	Delay  int    // seconds before it is asked for the first time
}

// StaysUp is shell that succeeds when a unit is up for some seconds and was not started
// anew meanwhile. It shows what became of one that was not.
func StaysUp(unit string, seconds int) string {
	return fmt.Sprintf("%ssettled %[2]s\nsteady %[2]s %[3]d \"$again\" || { systemctl status --no-pager -n 5 -- %[2]s; exit 1; }", unitStates, shell.Quote(unit), seconds)
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
