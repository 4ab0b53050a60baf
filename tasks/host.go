package tasks

import (
	"errors"
	"fmt"
	"time"

	"odooctl/inventory"
)

// ErrUnread means that an answer was not read yet. The engine reads everything that was
// asked for and plans again.
var ErrUnread = errors.New("not read yet")

// Task is what the author of a task implements. Plan reads and edits the picture and
// never touches the host. Its error names the file and line, or the inventory key, to
// change.
type Task interface {
	Plan(h *Host) error
}

// Host is the picture of one host as tasks see it, to read and to edit, with its
// inventory entry embedded. See Picture for the side of the engine.
type Host struct {
	*inventory.Host
	Inventory *inventory.Inventory
	Now       time.Time // the clock of the run, for expiry

	fleet    *Fleet
	picture  *Picture
	facts    *Facts
	globs    []string        // patterns that were read
	folders  []folder        // of others than root, on the way to what was read
	stand    map[string]bool // directories in which something was found
	before   map[key]State
	after    map[key]State
	asked    map[key]bool
	ran      map[string]bool // commands of each run that this run has run
	hidden   map[string]Hiding
	ways     map[string]string // a file's path: the link that led to it
	private  map[string]bool   // files whose content is not read
	notes    []Notification
	checks   []Check
	proofs   map[string]Proof
	commands []Command
	gates    []Gate
	preStops []PreStop
	reboots  []Reboot
	warnings []string
	unknown  []string
	waits    []Wait
	reaches  []Reach
	expiries []Expiry
	marks    []mark
	rested   bool  // its plans are empty, and nothing is known any more
	wanted   bool  // a task or a peer looks at this host
	failure  error // what made the host impossible to read
	broken   error // what made it impossible to plan
}

// key identifies one thing on a host.
type key struct {
	kind string
	name string
}

// State is the state of a thing; nil if it does not exist. States are values: an edit
// replaces one and never changes it.
type State interface {
	Same(State) bool
}

func newHost(f *Fleet, host *inventory.Host) *Host {
	h := &Host{Host: host, Inventory: f.inv, Now: f.now, fleet: f, before: map[key]State{}, stand: map[string]bool{},
		ran: map[string]bool{}}
	h.picture = &Picture{h}
	return h
}

// reset discards the edits of tasks, and keeps what was read.
func (h *Host) reset() {
	h.after = map[key]State{}
	h.asked = map[key]bool{}
	h.hidden, h.ways = map[string]Hiding{}, map[string]string{}
	h.private = map[string]bool{}
	h.proofs = map[string]Proof{}
	h.notes, h.checks, h.commands, h.warnings, h.unknown, h.waits, h.marks = nil, nil, nil, nil, nil, nil, nil
	h.reaches, h.expiries = nil, nil
	h.gates, h.preStops, h.reboots = nil, nil, nil
	h.wanted, h.rested, h.broken = false, false, nil
	if h.facts != nil && !h.fleet.Beside {
		h.notes = append(h.notes, h.facts.Pending...)
	}
}

// get returns the state of a thing in the picture, and records a question if it was not
// read.
func (h *Host) get(k key) State {
	if s, ok := h.after[k]; ok {
		return s
	}
	s, ok := h.before[k]
	if !ok {
		h.asked[k] = true
	}
	if d, no := s.(denied); no {
		h.deny(d.err)
		return nil
	}
	return s
}

func (h *Host) set(k key, s State) {
	h.get(k)
	h.after[k] = s
}

// asking reports whether there are open questions. The facts are always read with the
// first answers.
func (h *Host) asking() bool {
	return h.failure == nil && h.wanted && (h.facts == nil || len(h.asked) > 0)
}

// AllowsRestart reports whether this run may restart services that others, unknown to
// the inventory, use too.
func (h *Host) AllowsRestart() bool { return h.fleet.AllowRestart }

// Given returns the operator's options for the tasks of a system, or nil. See
// Fleet.Give.
func (h *Host) Given(key any) any { return h.fleet.given[key] }

// Facts returns what is known of the machine itself, or ErrUnread.
func (h *Host) Facts() (*Facts, error) {
	if h.facts == nil {
		return nil, ErrUnread
	}
	return h.facts, nil
}

// Peer returns the read-only picture of another host that shares a deployment with this
// one, directly or through others, as the stages planned so far leave it. It fails for
// a host that could not be read.
func (h *Host) Peer(name string) (*Host, error) {
	p := h.fleet.hosts[name]
	switch {
	case p == nil && h.Inventory.Host(name) == nil:
		return nil, fmt.Errorf("host %s is not defined", name)
	case p == nil:
		return nil, fmt.Errorf("host %s is planned apart from %s, with which it shares no deployment", name, h.Name)
	}
	if p.failure != nil && p != h {
		return nil, &PeerError{Host: name, Err: p.failure}
	}
	p.wanted = true
	return p, nil
}

// Seen returns the picture of another host if this run reads it anyway; nil otherwise,
// and until it was read. It never causes a read.
func (h *Host) Seen(name string) *Host {
	p := h.fleet.hosts[name]
	if p == nil || p.facts == nil || p.failure != nil {
		return nil
	}
	return p
}

// PeerError means that a host cannot be planned because another one failed.
type PeerError struct {
	Host string
	Err  error
}

func (e *PeerError) Error() string { return fmt.Sprintf("needs %s, which could not be read", e.Host) }
func (e *PeerError) Unwrap() error { return e.Err }

// Warn adds a line to the plan that the operator should read. It changes nothing.
func (h *Host) Warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !contains(h.warnings, text) {
		h.warnings = append(h.warnings, text)
	}
}

// Unknown says that part of the plan is known only after this stage was applied: the
// host is then read and planned again. The text says what and why.
func (h *Host) Unknown(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !contains(h.unknown, text) {
		h.unknown = append(h.unknown, text)
	}
}

// WaitFor lets this host wait, within the stage, until another host is done. A host
// that waits for one that failed is left out.
func (h *Host) WaitFor(host, why string) { h.waits = append(h.waits, Wait{host, why}) }

// Wait is a host to wait for, and the reason.
type Wait struct{ Host, Why string }
