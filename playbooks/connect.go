package playbooks

import (
	"context"

	"odooctl/remote"
)

// connection is a login and the one shell on it. The shell starts with the first
// script, which saves a round trip where that one has no input.
type connection struct {
	client *remote.Client
	shell  *remote.Shell
}

// Run implements Shell. It is not for several goroutines.
func (c *connection) Run(ctx context.Context, script string, stdin []byte) (res remote.Result, err error) {
	if c.shell == nil && len(stdin) == 0 {
		c.shell, res, err = c.client.Start(ctx, script)
		return res, err
	}
	if c.shell == nil {
		if c.shell, _, err = c.client.Start(ctx, ":"); err != nil {
			return res, err
		}
	}
	return c.shell.Run(ctx, script, stdin)
}

// Close ends the connection, upon which the host ends the shell. Nobody waits for
// that: it would be one more round trip.
func (c *connection) Close() error { return c.client.Close() }

// lent is a shell on a login that goes on after it.
type lent struct{ connection }

// Close ends the shell alone.
func (l *lent) Close() error {
	if l.shell == nil {
		return nil
	}
	defer func() { l.shell = nil }()
	return l.shell.Close()
}
