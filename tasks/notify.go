package tasks

import (
	"sort"
	"strings"
)

// Verb is what is done to a unit whose configuration changed.
type Verb string

// Restart does all that Reload does.
const (
	Reload  Verb = "reload"
	Restart Verb = "restart"
)

// Notification asks for a unit to be reloaded or restarted once the files are in
// place. It is kept on the host until that worked, so a run that dies in between
// is finished by the next one.
type Notification struct {
	Unit string
	Verb Verb
	Why  string
	Run  string // the run that left it over; "" = this one
}

// Notify asks for a unit to be reloaded or restarted after the changes of this
// stage. Each unit is acted on once; restart absorbs reload; a unit that is
// started anyway needs neither.
func (h *Host) Notify(unit string, verb Verb, why string) {
	h.notes = append(h.notes, Notification{Unit: unit, Verb: verb, Why: why})
}

// Check is a validation of the whole configuration of a unit at its real path. It
// runs before the unit is touched: before the files are swapped, in a mount
// namespace that shows the new ones, where the kernel allows that; else, or where
// a running server has to look, right after.
type Check struct {
	Unit  string // runs where this unit is acted on
	Title string // nginx -t
	Run   string // shell; a failure puts all files back
	Live  bool   // a running server, or systemd, reads the files itself
}

// Check adds a validation.
func (h *Host) Check(c Check) { h.checks = append(h.checks, c) }

// Proof is shell that runs around the action on a unit: Before prints what is to
// change, After gets that as "$1" and succeeds as soon as the action took effect.
// It is tried until Within seconds have passed.
type Proof struct {
	Before string
	After  string
	Within int
}

// Prove sets how it is proven that an action on the unit took effect. Without
// it, a unit is asked of systemd only: active, and not starting again and again.
func (h *Host) Prove(unit string, p Proof) { h.proofs[unit] = p }

// Action is what is done to one unit, and why.
type Action struct {
	Unit string
	Verb string // reload, restart, start
	Why  []string
}

// rank is the order in which services are acted on: what others need first.
func rank(unit string) int {
	for i, prefix := range []string{"postgresql", "odooctl-tunnel", "odoo", "nginx"} {
		if strings.HasPrefix(unit, prefix) {
			return i
		}
	}
	return 4
}

// actions merges notifications: once per unit, restart over reload, and start
// over both.
func actions(notes []Notification, starts []string) []Action {
	byUnit := map[string]*Action{}
	var order []*Action
	at := func(unit string) *Action {
		if byUnit[unit] == nil {
			byUnit[unit] = &Action{Unit: unit, Verb: string(Reload)}
			order = append(order, byUnit[unit])
		}
		return byUnit[unit]
	}
	for _, n := range notes {
		a := at(n.Unit)
		if n.Verb == Restart {
			a.Verb = string(Restart)
		}
		why := n.Why
		if n.Run != "" {
			why = "left over from run " + n.Run + ": " + why
		}
		if !contains(a.Why, why) {
			a.Why = append(a.Why, why)
		}
	}
	for _, unit := range starts {
		a := at(unit)
		a.Verb = "start"
		a.Why = append(a.Why, "was not running")
	}
	sort.SliceStable(order, func(i, j int) bool {
		if ri, rj := rank(order[i].Unit), rank(order[j].Unit); ri != rj {
			return ri < rj
		}
		return order[i].Unit < order[j].Unit
	})
	list := make([]Action, len(order))
	for i, a := range order {
		list[i] = *a
	}
	return list
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// parsePending reads a line of the host's list of pending actions: run, verb,
// unit, reason.
func parsePending(line string) (Notification, bool) {
	f := strings.SplitN(line, " ", 4)
	if len(f) != 4 || (f[1] != string(Reload) && f[1] != string(Restart)) {
		return Notification{}, false
	}
	return Notification{Run: f[0], Verb: Verb(f[1]), Unit: f[2], Why: f[3]}, true
}
