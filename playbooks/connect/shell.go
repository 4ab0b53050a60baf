package connect

import (
	"context"
	"io"

	"odooctl/remote"
)

// Shell is the way to one host: a POSIX shell as root that runs one script after another.
// *remote.Shell is one.
type Shell interface {
	Run(ctx context.Context, script string, stdin []byte) (remote.Result, error)
	Close() error
}

// connection is a login and the one shell on it. The shell starts with the first script,
// which saves a round trip if that script has no input.
type connection struct {
	client *remote.Client
	shell  *remote.Shell
}

// Run implements Shell. It is not for several goroutines.
func (c *connection) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	return c.Follow(ctx, script, stdin, nil)
}

// Follow is Run that calls line with each line that the script prints, as it comes. What the
// first script of a shell prints is told of by nobody until it has ended.
func (c *connection) Follow(ctx context.Context, script string, stdin []byte,
	line func(string)) (res remote.Result, err error) {
	if c.shell == nil && len(stdin) == 0 {
		c.shell, res, err = c.client.Start(ctx, script)
		return res, err
	}
	if c.shell == nil {
		if c.shell, _, err = c.client.Start(ctx, ":"); err != nil {
			return res, err
		}
	}
	return c.shell.Follow(ctx, script, stdin, line)
}

// Close ends the connection, and with it the host ends the shell. It does not wait for
// that: it would take one more round trip.
func (c *connection) Close() error { return c.client.Close() }

// Upload copies a large file to the host beside the shell, by sftp.
func (c *connection) Upload(ctx context.Context, file string, r io.Reader) error {
	return c.client.Upload(ctx, file, r)
}

// Cost is what the connection took.
func (c *connection) Cost() remote.Cost { return c.client.Cost() }

// lent is a shell on a login that outlives it.
type lent struct{ connection }

// Borrow returns a shell on a login that stays open when the shell is closed.
func Borrow(client *remote.Client) Shell { return &lent{connection{client: client}} }

// Close ends the shell, and leaves the login.
func (l *lent) Close() error {
	if l.shell == nil {
		return nil
	}
	defer func() { l.shell = nil }()
	return l.shell.Close()
}
