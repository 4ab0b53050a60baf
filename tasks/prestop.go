package tasks

import (
	"strconv"
	"time"
)

// PreStop is what is waited for before a unit is stopped or restarted, or its host rebooted,
// such as jobs that run in it. When the time is over the unit is stopped all the same.
type PreStop struct {
	Unit   string
	Title  string // scheduled jobs of mycompany come to their end
	Run    string // shell, run as root, that succeeds as soon as a stop disturbs nothing
	Within int    // seconds
}

// BeforeStop adds something to wait for where the unit is stopped or restarted in this stage.
func (h *Host) BeforeStop(w PreStop) { h.preStops = append(h.preStops, w) }

// disturbs reports whether a running unit is stopped or restarted.
func (p *Plan) disturbs(name string) bool {
	if p.Reboot != nil {
		return true
	}
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
	for _, w := range p.preStops {
		d += time.Duration(w.Within) * time.Second
	}
	return d
}

// await adds the waits, after everything that can fail without a trace.
func (p *Plan) await(s *Script) {
	for _, w := range p.preStops {
		if p.disturbs(w.Unit) {
			s.doing(phaseRehearse, "waiting until "+w.Title)
			s.line(phaseRehearse, "await", w.Title, w.Run, strconv.Itoa(w.Within))
		}
	}
}
