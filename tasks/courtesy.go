package tasks

import (
	"strconv"
	"time"
)

// Courtesy is something to wait for before a unit is stopped or restarted, such as
// running jobs. When the time is over the unit is stopped all the same.
type Courtesy struct {
	Unit   string
	Title  string // scheduled jobs of mycompany come to their end
	Run    string // shell, run as root, that succeeds once the unit may be stopped
	Within int    // seconds
}

// Wait adds a Courtesy for a unit that is stopped or restarted in this stage.
func (h *Host) Wait(c Courtesy) { h.courtesies = append(h.courtesies, c) }

// disturbs reports whether a running unit is stopped or restarted.
func (p *Plan) disturbs(name string) bool {
	for _, a := range p.Actions {
		if a.Unit == name && a.Verb == string(Restart) {
			return true
		}
	}
	for _, c := range p.Changes {
		b, _ := c.Before.(unit)
		a, is := c.After.(unit)
		if is && c.Name == name && b.Active && !a.Active {
			return true
		}
	}
	return p.stopped(name)
}

// Patience is the total time limit of the plan's commands and waits.
func (p *Plan) Patience() (d time.Duration) {
	for _, c := range p.Commands {
		d += time.Duration(c.Within) * time.Second
	}
	for _, c := range p.courtesies {
		d += time.Duration(c.Within) * time.Second
	}
	return d
}

// await adds the waits, after everything that can fail without a trace.
func (p *Plan) await(s *Script) {
	for _, c := range p.courtesies {
		if p.disturbs(c.Unit) {
			s.line(phaseRehearse, "await", c.Title, c.Run, strconv.Itoa(c.Within))
		}
	}
}
