package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// sudoPasswordVariable holds the password of sudo where nobody can be asked.
const sudoPasswordVariable = "ODOOCTL_SUDO_PASSWORD"

// sudoFlag is that of every verb that becomes root on hosts.
func (o *loginOptions) sudoFlag(c *cobra.Command) {
	c.Flags().BoolVarP(&o.askSudo, "ask-sudo-pass", "K", false, "ask for the password of sudo, once for all hosts (or set $"+sudoPasswordVariable+")")
}

// sudoPassword returns what sudo is answered where it asks; nil: it must not ask.
// It is kept in a function, so that nothing that prints a structure prints it.
func (u *ui) sudoPassword(ctx context.Context, ask bool) (func(context.Context) (string, error), error) {
	password := u.env(sudoPasswordVariable)
	switch {
	case password != "":
	case !ask:
		return nil, nil
	case !u.terminal:
		return nil, fmt.Errorf("--ask-sudo-pass: there is no terminal to ask on; set %s", sudoPasswordVariable)
	default:
		var err error
		if password, err = u.hidden(ctx, "Password of sudo on the hosts: "); err != nil {
			return nil, err
		}
	}
	return func(context.Context) (string, error) { return password, nil }, nil
}

// hidden asks for a line that is not shown. The end of ctx gives the terminal its
// echo back; the reading goes on until the program ends.
func (u *ui) hidden(ctx context.Context, question string) (string, error) {
	fd := int(u.in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("ask for a password: %w", err)
	}
	type line struct {
		text []byte
		err  error
	}
	lines := make(chan line, 1)
	fmt.Fprint(u.err, question)
	go func() {
		text, err := term.ReadPassword(fd)
		lines <- line{text, err}
	}()
	defer fmt.Fprintln(u.err)
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
