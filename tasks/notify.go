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

// Notification requests the reload or restart of a unit once the files are in place.
// The host keeps it until that worked, so an interrupted run is finished by the next
// one.
type Notification struct {
	Unit string
	Verb Verb
	Why  string
	Run  string // the run that left it behind; "" = this one
}

// Notify requests the reload or restart of a unit after the changes of this stage. Each
// unit is acted on once; restart absorbs reload; a unit that is started anyway needs
// neither.
func (h *Host) Notify(unit string, verb Verb, why string) {
	h.notes = append(h.notes, Notification{Unit: unit, Verb: verb, Why: why})
}

// Check validates the whole configuration of a unit at its real path, before the unit
// is touched: before the files are swapped, in a mount namespace that shows the new
// ones, if the kernel allows that; otherwise, or if a running server has to do it,
// right after.
type Check struct {
	Unit  string // runs if this unit is acted on
	Title string // nginx -t
	Run   string // shell; a failure puts all files back
	Live  bool   // a running server, or systemd, reads the files itself
}

// Check adds a validation.
func (h *Host) Check(c Check) { h.checks = append(h.checks, c) }

// Proof is shell that runs around the action on a unit: Before prints the state that is
// to change, After gets it as "$1" and succeeds once the action took effect. It is
// retried for Within seconds. Serves succeeds once the unit serves on its old files, should
// these be put back: the transaction ends then.
type Proof struct {
	Before string
	After  string
	Within int
	Serves string
	Log    Log
}

// Log is a file to which a unit writes besides the journal: what it has written since the
// action is shown when that fails.
type Log struct {
	File string // "" = none
	User string // who writes it, and reads it then
}

// Prove sets how to prove that an action on the unit took effect. Without it, only
// systemd is asked: active, and not restarting repeatedly.
func (h *Host) Prove(unit string, p Proof) { h.proofs[unit] = p }

// Action is what is done to one unit, and why.
type Action struct {
	Unit string
	Verb string // reload, restart, start
	Why  []string
}

// rank is the order in which services are acted on: dependencies first.
func rank(unit string) int {
	if strings.HasSuffix(unit, "mount") { // of systemd.mount(5), or of systemd.automount(5)
		return -1
	}
	for i, prefix := range []string{"postgresql", "odooctl-tunnel", "odoo", "nginx"} {
		if strings.HasPrefix(unit, prefix) {
			return i
		}
	}
	return 4
}

// actions merges notifications: once per unit, restart over reload, and start over
// both.
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

// parsePending parses a line of the host's list of pending actions: run, verb, unit,
// reason.
func parsePending(line string) (Notification, bool) {
	f := strings.SplitN(line, " ", 4)
	if len(f) != 4 || (f[1] != string(Reload) && f[1] != string(Restart)) {
		return Notification{}, false
	}
	return Notification{Run: f[0], Verb: Verb(f[1]), Unit: f[2], Why: f[3]}, true
}
