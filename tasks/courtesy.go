package tasks

import (
	"strconv"
	"time"
)

// Courtesy is what is waited for before a unit is stopped or restarted, such as jobs
// that run in it. When the time is over the unit is stopped all the same.
type Courtesy struct {
	Unit   string
	Title  string // scheduled jobs of mycompany come to their end
	Run    string // shell, run as root, that succeeds when nobody is disturbed any more
	Within int    // seconds
}

// Wait adds something to wait for where the unit is stopped or restarted in this stage.
func (h *Host) Wait(c Courtesy) { h.courtesies = append(h.courtesies, c) }

// disturbs reports whether a unit that runs is stopped or restarted.
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

// Patience is how long the plan's commands may take, and what is waited for.
func (p *Plan) Patience() (d time.Duration) {
	for _, c := range p.Commands {
		d += time.Duration(c.Within) * time.Second
	}
	for _, c := range p.courtesies {
		d += time.Duration(c.Within) * time.Second
	}
	return d
}

// await adds what is waited for, once everything that can fail without a trace has
// come before.
func (p *Plan) await(s *Script) {
	for _, c := range p.courtesies {
		if p.disturbs(c.Unit) {
			s.line(phaseRehearse, "await", c.Title, c.Run, strconv.Itoa(c.Within))
		}
	}
}
