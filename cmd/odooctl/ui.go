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

	colour  bool            // on standard output
	abort   <-chan struct{} // closed when transactions are to be cut short
	release func()          // leaves signals to the verb, which then handles them itself
	mu      sync.Mutex

	revealed *atomic.Pointer[inventory.Revealed] // the secrets that out and err hide
}

func newUI(in, out, err *os.File, env func(string) string) *ui {
	revealed := &atomic.Pointer[inventory.Revealed]{}
	u := &ui{
		in: in, tty: terminal(in), err: shown{w: err, known: revealed}, env: env, files: [2]*os.File{out, err},
		revealed: revealed,
		colour:   isTerm(out) && env("NO_COLOR") == "" && env("TERM") != "dumb",
	}
	u.out = shown{w: out, colour: u.colour, known: revealed}
	return u
}

// width is how many columns the terminal has that results go to; 0: they go to no terminal.
func (u *ui) width() int {
	width, _, err := term.GetSize(int(u.files[0].Fd()))
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

// progress writes what happens on a host, or in the whole run, as it happens.
func (u *ui) progress(e run.Event) {
	u.mu.Lock()
	defer u.mu.Unlock()
	line := tasks.Printable(e.Text) + "\n"
	if e.Host != "" {
		line = e.Host + ": " + line
	}
	to := u.err
	if s, ok := to.(shown); ok && u.global.quiet {
		s.w = io.Discard // and into the log
		to = s
	}
	io.WriteString(to, line)
}

// warnf writes something the operator should know, to standard error.
func (u *ui) warnf(format string, args ...any) {
	fmt.Fprintf(u.err, "odooctl: warning: "+format+"\n", args...)
}
