package remote

import (
	"context"
	"errors"
	"os"
	"strings"

	"odooctl/remote/plain"
)

// Kind classifies what went wrong with a host.
type Kind string

const (
	Unreachable    Kind = "unreachable"      // no connection, or it broke before the login was complete
	HostKeyUnknown Kind = "host key unknown" // no key of the host is known
	HostKeyChanged Kind = "host key changed" // the host shows another key than the known one
	Auth           Kind = "auth"             // the host refused the login, or there is no key to log in with
	Sudo           Kind = "sudo"             // the login works, becoming root does not
	ShellFailed    Kind = "shell"            // the shell did not start, exited early, or printed without end
	NoRoom         Kind = "no room"          // the host has no room for a script's input; the script was not started
	Transfer       Kind = "transfer"         // a file transfer failed; the disk may be full
	Timeout        Kind = "timeout"          // a deadline passed; the host may only be slow
	Lost           Kind = "lost"             // the connection died after the login
	Canceled       Kind = "canceled"         // the caller gave up
)

// Error is what went wrong with one host, in the order in which a person asks: which
// host, what was tried, what came back, what to do next.
type Error struct {
	Host  string // the inventory's name
	Kind  Kind
	Tried string // "log in as deploy to 192.168.1.2:22"
	Got   string // what the host or the system answered
	Hint  string // the likely cause or the next step; may be empty
	Err   error  // the cause for errors.Is and errors.As; may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Host + ": " + e.Tried)
	if e.Got != "" {
		b.WriteString(": " + e.Got)
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return plain.Text(b.String()) // much of it is text from the host
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the Kind of the first *Error in err's chain, or "".
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// interrupted turns the end of ctx into an error; nil while ctx lasts.
func (c Config) interrupted(ctx context.Context, tried string) *Error {
	cause := ctx.Err()
	if cause == nil {
		return nil
	}
	e := &Error{Host: c.Host, Kind: Canceled, Tried: tried, Got: "interrupted", Err: cause}
	if isTimeout(cause) {
		e.Kind, e.Got = Timeout, "no answer before the deadline"
		e.Hint = "the host, the network or the command is slow or stuck"
	}
	return e
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &t) && t.Timeout()
}
