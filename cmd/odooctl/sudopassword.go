package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
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
	case u.tty == nil:
		return nil, fmt.Errorf("--ask-sudo-pass: there is no terminal to ask on; set %s", sudoPasswordVariable)
	default:
		var err error
		if password, err = u.hidden(ctx, "sudo password of the hosts: "); err != nil {
			return nil, err
		}
	}
	return func(context.Context) (string, error) { return password, nil }, nil
}
