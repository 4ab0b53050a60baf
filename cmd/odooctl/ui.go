package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

// This file is what the program shows. The rules are:
//
//   - Results go to standard output, progress to standard error, questions to the terminal
//     itself, whatever is redirected: see ask.go.
//   - Off a terminal there is no colour; NO_COLOR is honoured.
//   - Messages start in lower case, name the host first, and end without a full stop.
//   - Text from a host is made printable before it is shown, and a secret that was read
//     is never shown: all output goes through shown.

// ui is where the program reads and writes.
type ui struct {
	in       *os.File
	tty      *os.File // where questions are asked and answered; nil: there is none
	out, err io.Writer
	files    [2]*os.File // standard output and error as they are, for programs and secrets
	env      func(string) string

	colour  bool            // on standard output
	ended   <-chan struct{} // closed when nothing new is to be begun
	abort   <-chan struct{} // closed when transactions are to be cut short
	release func()          // leaves signals to the verb, which then handles them itself

	shows *progress // what happens while it works

	revealed *atomic.Pointer[inventory.Revealed] // the secrets that out and err hide
}

func newUI(in, out, err *os.File, env func(string) string) *ui {
	revealed := &atomic.Pointer[inventory.Revealed]{}
	u := &ui{
		in: in, tty: terminal(in), env: env, files: [2]*os.File{out, err}, revealed: revealed,
		colour: isTerm(out) && env("NO_COLOR") == "" && env("TERM") != "dumb",
	}
	u.out = shown{out, u.colour, revealed}
	u.shows = newProgress(err, env, func(text string) string { return tasks.Printable(revealed.Load().Hide(text)) },
		func() []*journal.Record { return journal.Newest(u.runs(), remembered) })
	u.err = shown{w: u.shows, known: revealed}
	u.shows.say = u.err
	return u
}

// printf writes a result.
func (u *ui) printf(format string, args ...any) { fmt.Fprintf(u.out, format, args...) }

// progress shows what happens on a host, or in the whole run, as it happens.
func (u *ui) progress(e run.Event) { u.shows.take(e) }

// remembered is how many earlier runs say how long steps take.
const remembered = 5

// warnf writes something the operator should know, to standard error.
func (u *ui) warnf(format string, args ...any) {
	fmt.Fprintf(u.err, "odooctl: warning: "+format+"\n", args...)
}

// paint colours text by the sign of a change.
func (u *ui) paint(sign byte, text string) string {
	code, ok := map[byte]string{'+': "32", '-': "31", '~': "33", '!': "36", '?': "35", 'E': "31;1", '@': "2"}[sign]
	if !u.colour || !ok {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
