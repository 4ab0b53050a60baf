package connect

import (
	"context"
	"io"

	"odooctl/remote"
)

// Shell is the way to one host: a POSIX shell as root that runs one script after
// the other. *remote.Shell is one.
type Shell interface {
	Run(ctx context.Context, script string, stdin []byte) (remote.Result, error)
	Close() error
}

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

// Upload brings a large file beside the shell, by sftp.
func (c *connection) Upload(ctx context.Context, file string, r io.Reader) error {
	return c.client.Upload(ctx, file, r)
}

// Cost tells what the connection took.
func (c *connection) Cost() remote.Cost { return c.client.Cost() }

// lent is a shell on a login that goes on after it.
type lent struct{ connection }

// Borrow gives a shell on a login that goes on when the shell is closed.
func Borrow(client *remote.Client) Shell { return &lent{connection{client: client}} }

// Close ends the shell alone.
func (l *lent) Close() error {
	if l.shell == nil {
		return nil
	}
	defer func() { l.shell = nil }()
	return l.shell.Close()
}
