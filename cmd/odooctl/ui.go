package main

import (
	"fmt"
	"io"
	"os"
	"os/user"
	"sync"
	"sync/atomic"

	"golang.org/x/term"

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

	global globalOptions
	log    *logFile // nil: none is kept

	configOnce sync.Once
	settings   map[string]setting // of the user's configuration
	configErr  error

	colour  bool            // on standard output; that of the live view is its own
	ended   <-chan struct{} // closed when nothing new is to be begun
	abort   <-chan struct{} // closed when transactions are to be cut short
	release func()          // leaves signals to the verb, which then handles them itself

	shows *progress // what happens while it works
	sum   *sum      // of several inventories; nil: there is one

	revealed *atomic.Pointer[inventory.Revealed] // the secrets that out and err hide
}

func newUI(in, out, err *os.File, env func(string) string) *ui {
	revealed := &atomic.Pointer[inventory.Revealed]{}
	u := &ui{in: in, tty: terminal(in), env: env, files: [2]*os.File{out, err}, revealed: revealed}
	colours := env("NO_COLOR") == "" && env("TERM") != "dumb"
	u.colour = colours && isTerm(out)
	u.out = shown{w: out, colour: u.colour, known: revealed}
	u.shows = newProgress(err, env, func(text string) string { return tasks.Printable(revealed.Load().Hide(text)) },
		func() []*journal.Record { return journal.Newest(u.runs(), remembered) })
	u.err = shown{w: u.shows, known: revealed}
	u.paintView(colours && isTerm(err))
	return u
}

// paintView has the live view be in colour, or not.
func (u *ui) paintView(colour bool) {
	u.shows.paint = painter(colour)
	u.shows.say = shown{w: u.shows, colour: colour, known: u.revealed}
}

// width is how many columns the terminal has that results go to; 0: they go to no terminal.
func (u *ui) width() int { return columnsOf(u.files[0]) }

// columnsOf is how many columns a terminal has; 0: it is none.
func columnsOf(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// home is the home folder of the user.
func (u *ui) home() string {
	if home := u.env("HOME"); home != "" {
		return home
	}
	if me, err := user.Current(); err == nil {
		return me.HomeDir
	}
	return ""
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
