package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// sudoPasswordVariable holds the sudo password where there is no terminal to ask on.
const sudoPasswordVariable = "ODOOCTL_SUDO_PASSWORD"

// sudoFlag adds the flag of every verb that becomes root on hosts.
func (o *loginOptions) sudoFlag(c *cobra.Command) {
	c.Flags().BoolVarP(&o.askSudo, "ask-sudo-pass", "K", false, "ask for the sudo password, once for all hosts (or set "+
		"$"+sudoPasswordVariable+")")
}

// sudoPassword returns the answer to sudo's question; nil: sudo must not ask. It is in a
// function, so that code that prints a structure does not print it.
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
		if password, err = u.hidden(ctx, "sudo password of the hosts: "); err != nil {
			return nil, err
		}
	}
	return func(context.Context) (string, error) { return password, nil }, nil
}

// hidden asks for a line without echoing it. When ctx ends, the terminal echoes again;
// the read itself goes on until the program ends.
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
