package tasks

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// Plan is the difference between the pictures of a host before and after some stages.
// Printing it and packing it use the same fields.
type Plan struct {
	Host     string
	Changes  []Change
	Commands []Command
	Checks   []Check
	Gates    []Gate
	Actions  []Action
	Warnings []string
	Unknown  []string // known after apply: the host is planned again then
	Waits    []Wait   // hosts that must be done first
	Reboot   *Reboot  // nil: no reboot

	preStops []PreStop
	proofs   map[string]Proof
	inverse  bool
}

// mark is the state at the end of a stage.
type mark struct {
	after                                                                       map[key]State
	notes, checks, commands, warnings, unknown, waits, gates, preStops, reboots int
	proofs                                                                      map[string]Proof
	idle                                                                        bool // the stage did nothing
}

func (h *Host) mark() {
	var last mark
	if n := len(h.marks); n > 0 {
		last = h.marks[n-1]
	}
	h.marks = append(h.marks, mark{maps.Clone(h.after), len(h.notes), len(h.checks), len(h.commands), len(h.warnings),
		len(h.unknown), len(h.waits), len(h.gates), len(h.preStops), len(h.reboots), maps.Clone(h.proofs),
		!h.changedSince(last)})
}

// gatesOf returns the gates of some stages. If there are several, those that change
// nothing have none.
func (h *Host) gatesOf(first, last int) (list []Gate) {
	from := 0
	if first > 0 {
		from = h.marks[first-1].gates
	}
	for i := first; i <= last; i++ {
		if to := h.marks[i]; first == last || !to.idle {
			list = append(list, h.gates[from:to.gates]...)
		}
		from = h.marks[i].gates
	}
	return list
}

// changedSince reports whether a stage did anything.
func (h *Host) changedSince(m mark) bool {
	if len(h.notes) > m.notes || len(h.commands) > m.commands || len(h.reboots) > m.reboots {
		return true
	}
	for k, s := range h.after {
		old, ok := m.after[k]
		if !ok {
			old = h.before[k]
		}
		if !equal(old, s) {
			return true
		}
	}
	return false
}

// proven is how this stage's actions are proven. What only a later stage can prove uses
// that one's proof.
func (m mark) proven(all map[string]Proof) map[string]Proof {
	now := maps.Clone(all)
	maps.Copy(now, m.proofs)
	return now
}

// Plan returns what the stages first to last, counted from 0, change on the host.
// Actions left over from an earlier run belong to the host's first plan.
func (h *Picture) Plan(first, last int) *Plan {
	if h.rested {
		return &Plan{Host: h.Name}
	}
	from := mark{}
	if first > 0 {
		from = h.marks[first-1]
	}
	to := h.marks[last]
	p := &Plan{Host: h.Name, proofs: to.proven(h.proofs)}
	var starts []string
	for _, k := range kinds {
		for _, name := range changed(k.Name, from.after, to.after) {
			id := key{k.Name, name}
			c := Change{
				Kind: k.Name, Name: name, Before: h.before[id], After: to.after[id], way: h.ways[name], kind: k,
				hiding: h.hidden[name], known: h.Inventory.Revealed(), salt: h.fleet.Salt,
			}
			if s, ok := from.after[id]; ok {
				c.Before = s
			}
			if equal(c.Before, c.After) {
				continue
			}
			p.Changes = append(p.Changes, c)
			if isStart(c) {
				starts = append(starts, name)
			}
		}
	}
	p.Commands = h.commands[from.commands:to.commands]
	p.Gates = h.gatesOf(first, last)
	p.preStops = h.preStops[from.preStops:to.preStops]
	if list := h.reboots[from.reboots:to.reboots]; len(list) > 0 {
		p.Reboot = &list[0]
	}
	for _, w := range h.warnings[from.warnings:to.warnings] {
		p.Warnings = append(p.Warnings, h.Inventory.Revealed().Hide(w)) // they may quote the host
	}
	p.Unknown = h.unknown[from.unknown:to.unknown]
	p.Waits = h.waits[from.waits:to.waits]
	p.Actions = actions(h.notes[from.notes:to.notes], starts)
	for _, c := range h.checks[from.checks:to.checks] {
		if p.Acts(c.Unit) {
			p.Checks = append(p.Checks, c)
		}
	}
	return p
}

// changed lists the names of one kind that the stages touched, parents first.
func changed(kind string, from, to map[key]State) (names []string) {
	for k, s := range to {
		if old, ok := from[k]; k.kind == kind && !(ok && equal(old, s)) {
			names = append(names, k.name)
		}
	}
	sort.Strings(names)
	return names
}

func equal(a, b State) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Same(b)
}

func isStart(c Change) bool {
	b, _ := c.Before.(unit)
	a, ok := c.After.(unit)
	return ok && a.Active && !b.Active
}

// Acts reports whether the plan reloads, restarts or starts a unit.
func (p *Plan) Acts(unit string) bool {
	for _, a := range p.Actions {
		if a.Unit == unit {
			return true
		}
	}
	return false
}

// Stops reports whether the plan stops a unit that runs, whose name begins with a prefix.
func (p *Plan) Stops(prefix string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool {
		before, _ := c.Before.(unit)
		after, _ := c.After.(unit)
		return c.Kind == kindUnit && strings.HasPrefix(c.Name, prefix) && before.Active && !after.Active
	})
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return p.Count() == 0 }

// Count returns how many things the plan makes, changes or runs.
func (p *Plan) Count() int {
	n := len(p.Changes) + len(p.Commands) + len(p.Actions)
	if p.Reboot != nil {
		n++
	}
	return n
}

// Reversible reports whether all of it can be undone.
func (p *Plan) Reversible() bool {
	return p.Reboot == nil && !slices.ContainsFunc(p.Commands, func(c Command) bool { return !c.Undone() }) &&
		!slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Kind == kindPackage })
}

// Undoes reports whether any of it can be undone.
func (p *Plan) Undoes() bool {
	return len(p.Changes)+len(p.Actions) > 0 ||
		slices.ContainsFunc(p.Commands, func(c Command) bool { return c.Undo != "" })
}

// Complete reports whether all that the plan writes is known here. It is not in the
// inverse of a plan that replaces a private file: only the host has the old one.
func (p *Plan) Complete() bool {
	for _, c := range p.Changes {
		a, _ := c.After.(node)
		b, _ := c.Before.(node)
		if a.Closed && !b.Closed {
			return false
		}
		if t, ok := c.After.(tree); ok && t.content == nil {
			return false
		}
	}
	return true
}

// Inverse returns the plan that undoes this one: before and after exchanged, in reverse
// order, the same units acted on. The old state was not ours, so nothing validates it,
// and only systemd is asked whether it took effect.
func (p *Plan) Inverse() *Plan {
	inv := *p
	inv.inverse = !p.inverse
	inv.Changes, inv.Commands, inv.Actions, inv.Checks, inv.Gates, inv.proofs, inv.preStops, inv.Reboot = nil, nil, nil,
		nil, nil, nil, nil, nil
	for _, k := range slices.Backward(kinds) {
		for _, c := range p.Changes {
			if c.kind == k {
				c.Before, c.After = c.After, c.Before
				inv.Changes = append(inv.Changes, c)
				if isStart(c) {
					inv.Actions = append(inv.Actions, Action{Unit: c.Name, Verb: "start", Why: []string{"was running"}})
				}
			}
		}
	}
	for _, a := range p.Actions {
		if a.Verb != "start" {
			inv.Actions = append(inv.Actions, a)
		}
	}
	return &inv
}

// Digest identifies what the plan does: equal digests mean equal changes. It depends on
// the host's state and the inventory, and on no clock, run or random number. It covers
// secrets, and a weak one could be guessed from it, so it is neither shown nor stored.
func (p *Plan) Digest() string {
	h := sha256.New()
	script, payload := p.Pack(Run{})
	fmt.Fprintf(h, "%d %s", len(script), script)
	payload.digest(h)
	if p.Reboot != nil {
		fmt.Fprintf(h, "reboot %d", p.Reboot.Within)
	}
	return hex.EncodeToString(h.Sum(nil))
}
