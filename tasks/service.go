package tasks

import (
	_ "embed"
	"strings"

	"odooctl/remote/shell"
)

// Service is a unit, and how it was when its host was read.
type Service struct {
	Unit string
	Health
	Says  string   // the last that it said, where it ended by itself
	Drift []string // what changed on disk since it read it
}

// Watch asks for what Service tells. One that ended by itself is asked for the last that it said,
// which takes another round. A unit that is not known yet is "".
func (u Use) Watch(h *Host) {
	for _, p := range u.Files {
		times.Get(h, p)
	}
	if u.Unit != "" && h.Unit(u.Unit).Health().Broken() {
		h.Output(u.last())
	}
}

// Service tells how the unit is.
func (u Use) Service(h *Host) Service {
	s := Service{Unit: u.Unit, Health: h.Unit(u.Unit).Health(), Drift: u.drift(h)}
	if s.Broken() {
		text, _ := h.Output(u.last())
		s.Says = Printable(strings.ReplaceAll(text, "\n", "; "))
	}
	return s
}

//go:embed last.sh
var lastLine string

func (u Use) last() string {
	text := shell.Call(lastLine, "last", u.Unit)
	if u.Log != "" {
		text += " " + u.Log
	}
	return text
}
