package run

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// Outcome is what became of one host.
type Outcome struct {
	Host    string
	State   journal.State
	Changes int // things made, changed or run
	Err     error
	Notes   []string      // how it was done: "checked before the swap"
	Kept    []string      // backups that it has made, and where
	Took    time.Duration // reading and applying, without waiting for others

	Acted   []tasks.Action // on units
	Made    []string       // what is there only now, such as databases; see tasks.Command
	Timings Timings

	transactions int                   // begun
	made         []journal.Transaction // that are complete, and can be undone
	reached      int                   // the last play that changed the host, by its position
}

// Bad reports whether not all was done on the host.
func (o *Outcome) Bad() bool { return o.State != journal.Unchanged && o.State != journal.Changed }

// Undoes reports whether a rollback of the run has something to undo on the host.
func (o *Outcome) Undoes() bool { return len(o.made) > 0 }

// did notes what a plan that was made did to units, and what is there only since.
func (o *Outcome) did(p *tasks.Plan) {
	o.Acted = append(o.Acted, p.Actions...)
	for _, c := range p.Commands {
		if c.Makes != "" {
			o.Made = append(o.Made, c.Makes)
		}
	}
}

// ApplyError says why a transaction on a host failed.
type ApplyError struct {
	Host   string
	State  journal.State
	Output string // what the host said, line by line
	Dead   string // the run that has it locked, and that ended without a word; "" = none is known
}

func (e *ApplyError) Error() string {
	said := strings.TrimSpace(e.Output)
	switch e.State {
	case journal.Locked:
		return fmt.Sprintf("%s: locked by %s; %s", e.Host, oneLine(said), untilFree(e.Dead, "apply again"))
	case journal.Stale:
		return fmt.Sprintf("%s: %s; plan and apply again", e.Host, indent(said))
	case journal.PutBack:
		return fmt.Sprintf("%s: %s", e.Host, indent(said))
	case journal.NotPutBack:
		return fmt.Sprintf("%s: not everything could be put back; look at the host before you go on\n  %s", e.Host,
			indent(said))
	}
	return fmt.Sprintf("%s: apply: %s", e.Host, indent(said))
}

// exitState returns what the packed script's exit code means.
func exitState(code int) journal.State {
	switch tasks.ExitCode(code) {
	case 0:
		return journal.Changed
	case tasks.ExitLocked:
		return journal.Locked
	case tasks.ExitStale:
		return journal.Stale
	case tasks.ExitPutBack:
		return journal.PutBack
	case tasks.ExitNotPutBack:
		return journal.NotPutBack
	}
	return journal.Failed
}

// failure classifies an error that kept a host from being read or reached.
func failure(err error) journal.State {
	var peer *tasks.PeerError
	var apply *ApplyError
	switch kind := remote.KindOf(err); {
	case errors.As(err, &peer):
		return journal.Skipped
	case errors.As(err, &apply):
		return apply.State
	case kind == "", kind == remote.NoRoom, kind == remote.Transfer:
		return journal.Failed
	default:
		return journal.Unreachable
	}
}

// told reports whether a transaction itself said how it ended, even if the connection was
// lost by then.
func told(code int) bool {
	return tasks.ExitLocked <= tasks.ExitCode(code) && tasks.ExitCode(code) <= tasks.ExitGone
}

// unheard classifies an error that came while a host was at work. A host whose connection
// broke, or that was told to stop, puts back what it had begun; whether it did is not
// known. Next says how to find out.
func unheard(err error, next string) (journal.State, error) {
	switch remote.KindOf(err) {
	case remote.Lost, remote.Timeout, remote.Canceled, remote.ShellFailed:
		return journal.Unknown, fmt.Errorf("%w; it puts back by itself what it had begun, unless that was complete: %s", err,
			next)
	}
	return failure(err), err
}

// errInterrupted stands for the end of a context that the operator ended.
var errInterrupted = errors.New("interrupted")

func (s *session) took(host string, d time.Duration) {
	s.note(host, func(o *Outcome) { o.Took += d })
}

// noteFailures records the hosts of a part that could not be read or planned.
func (r *Run) noteFailures(p part) {
	for _, h := range p {
		if err := r.fleet.Host(h.Name).Err(); err != nil {
			r.note(h.Name, func(o *Outcome) {
				if !o.Bad() {
					o.State, o.Err = failure(err), err
				}
			})
		}
	}
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// tail keeps the end of what a host printed, made safe for a terminal, and hides the
// secrets that the run knows before it cuts: half of one could not be found any more.
func (s *session) tail(text string) string {
	const most = 2000
	text = s.inv.Revealed().Hide(text)
	if len(text) > most {
		text = "..." + text[len(text)-most:]
	}
	return tasks.Printable(strings.TrimSpace(text))
}

// hide returns an error without the secrets that the run knows.
func (s *session) hide(err error) error {
	if err == nil {
		return nil
	}
	if text := s.inv.Revealed().Hide(err.Error()); text != err.Error() {
		return &hiddenError{err, text}
	}
	return err
}

// hiddenError is an error with the secrets in its text hidden.
type hiddenError struct {
	error
	text string
}

func (e *hiddenError) Error() string { return e.text }
func (e *hiddenError) Unwrap() error { return e.error }
