package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// This file asks people. A question goes to the terminal that controls the process, whatever
// of the program is redirected, and so does its answer: `apply 2>log` asks, and what is piped
// into it answers nothing. A process of cron or CI has no such terminal.

// askVariable has the word always where changes are never made without a question.
const askVariable = "ODOOCTL_ASK"

// terminal opens the terminal that controls the process; nil: there is none. Where /dev/tty
// is missing, as in some containers, it is standard input if that is a terminal.
func terminal(in *os.File) *os.File {
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		return tty
	} else if errors.Is(err, os.ErrNotExist) && isTerm(in) {
		return in
	}
	return nil
}

func isTerm(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// asks reports whether a verb asks before it changes hosts. If it does not, that is the
// first that it says. Yes is what stands for a question, such as --yes; "" if nothing does.
// The error is for ODOOCTL_ASK=always where there is nobody to ask.
func (u *ui) asks(yes string) (bool, error) {
	always := u.env(askVariable) == "always"
	switch {
	case u.env(askVariable) != "" && !always:
		return false, fmt.Errorf("%s is %q: want always, or leave it out", askVariable, u.env(askVariable))
	case u.tty != nil && (always || yes == ""):
		return true, nil
	case always:
		return false, fmt.Errorf("nothing was touched: %s=always wants a question before hosts are changed, and there is no "+
			"terminal to ask on; run this at a terminal, or leave %[1]s out", askVariable)
	}
	fmt.Fprintf(u.err, "odooctl: nothing is asked: %s\n", cmp.Or(yes, "there is no terminal to ask on"))
	return false, nil
}

// confirm asks a question to which only yes is a yes. The end of ctx is a no, and so is that
// of the terminal; the read itself goes on until the program ends.
func (u *ui) confirm(ctx context.Context, question string) bool {
	defer u.shows.hold()()
	tty := shown{w: u.tty, known: u.revealed}
	fmt.Fprintf(tty, "%s [y/N] ", question)
	answers := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(u.tty).ReadString('\n')
		answers <- strings.ToLower(strings.TrimSpace(answer))
	}()
	select {
	case answer := <-answers:
		return answer == "y" || answer == "yes"
	case <-ctx.Done():
		fmt.Fprintln(tty)
		return false
	}
}

// agreed asks a question; the error is for a no.
func (u *ui) agreed(ctx context.Context, question string) error {
	if !u.confirm(ctx, question) {
		return errors.New("nothing was changed")
	}
	return nil
}

// hidden asks for a line without echoing it. When ctx ends, the terminal echoes again;
// the read itself goes on until the program ends.
func (u *ui) hidden(ctx context.Context, question string) (string, error) {
	defer u.shows.hold()()
	fd := int(u.tty.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("ask for a password: %w", err)
	}
	type line struct {
		text []byte
		err  error
	}
	lines := make(chan line, 1)
	fmt.Fprint(u.tty, question)
	go func() {
		text, err := term.ReadPassword(fd)
		lines <- line{text, err}
	}()
	defer fmt.Fprintln(u.tty)
	select {
	case l := <-lines:
		if l.err != nil {
			return "", fmt.Errorf("read the password: %w", l.err)
		}
		return string(l.text), nil
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(fd, before))
	}
}
