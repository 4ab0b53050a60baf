package playbooks

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"odooctl/remote"
	"odooctl/tasks"
)

// State is what became of a host in a run.
type State string

// The states of a host, from good to bad.
const (
	Unchanged   State = "ok"           // was as it should be
	Changed     State = "changed"      // is now as it should be
	Skipped     State = "skipped"      // a host that it needs failed; not touched
	Unreachable State = "unreachable"  // not touched
	Locked      State = "locked"       // another run is at work on it; not touched
	Stale       State = "stale"        // changed since it was read; not touched
	Failed      State = "failed"       // could not be read, planned or applied
	Restored    State = "put back"     // a change failed and all of it was undone
	NotRestored State = "not put back" // a change failed and not all could be undone
)

// Outcome is what became of one host.
type Outcome struct {
	Host    string
	State   State
	Changes int // things made, changed or run
	Err     error
	Took    time.Duration // reading and applying, without waiting for others
}

// bad reports whether the host did not get all it should.
func (o *Outcome) bad() bool { return o.State != Unchanged && o.State != Changed }

// ApplyError says why a transaction did not come to its end on a host.
type ApplyError struct {
	Host   string
	State  State
	Output string // what the host said, line by line
}

func (e *ApplyError) Error() string {
	said := strings.TrimSpace(e.Output)
	switch e.State {
	case Locked:
		return fmt.Sprintf("%s: locked by %s; wait for that run to end, then apply again", e.Host, said)
	case Stale:
		return fmt.Sprintf("%s: %s; nothing was touched; plan and apply again", e.Host, said)
	case Restored:
		return fmt.Sprintf("%s: %s", e.Host, indent(said))
	case NotRestored:
		return fmt.Sprintf("%s: not everything could be put back; look at the host before you go on\n  %s", e.Host, indent(said))
	}
	return fmt.Sprintf("%s: apply: %s", e.Host, indent(said))
}

// exitState tells what the packed script's exit code means.
func exitState(code int) State {
	switch tasks.ExitCode(code) {
	case 0:
		return Changed
	case tasks.ExitLocked:
		return Locked
	case tasks.ExitStale:
		return Stale
	case tasks.ExitRestored:
		return Restored
	case tasks.ExitNotRestored:
		return NotRestored
	}
	return Failed
}

// failure classes an error that kept a host from being read or reached.
func failure(err error) State {
	var peer *tasks.PeerError
	switch kind := remote.KindOf(err); {
	case errors.As(err, &peer):
		return Skipped
	case kind == "":
		return Failed
	default:
		return Unreachable
	}
}

func (r *Run) note(host string, change func(*Outcome)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o := r.outcomes[host]; o != nil {
		change(o)
	}
}

func (r *Run) took(host string, d time.Duration) {
	r.note(host, func(o *Outcome) { o.Took += d })
}

// noteFailures records the hosts that could not be read or planned.
func (r *Run) noteFailures() {
	for name := range r.outcomes {
		if err := r.fleet.Host(name).Err(); err != nil {
			r.note(name, func(o *Outcome) {
				if !o.bad() {
					o.State, o.Err = failure(err), err
				}
			})
		}
	}
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// tail keeps the end of what a host printed, made safe for a terminal.
func tail(text string) string {
	const most = 2000
	if len(text) > most {
		text = "..." + text[len(text)-most:]
	}
	return Printable(strings.TrimSpace(text))
}

// Printable replaces what could steer a terminal: a host's words are not ours.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069):
			return '\ufffd'
		}
		return r
	}, text)
}
