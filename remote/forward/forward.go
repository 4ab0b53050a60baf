// Package forward carries connections from a listener on this machine to one address
// behind a host, as ssh -L does, and survives a broken connection to the host:
//
//	f := forward.Forward{Target: "127.0.0.1:5432", Dial: dial}
//	if err := f.Connect(ctx, nil); err != nil { ... }
//	err = f.Serve(ctx, listener)   // until ctx ends
//
// All connections share one login. A half-close is passed on, and the other direction
// goes on. When the login breaks, the connections through it are reset, the listener
// stays open, and a new login is made.
package forward

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"odooctl/remote"
)

// Client is a login to the host. *remote.Client is one.
type Client interface {
	Open(ctx context.Context, network, addr string) (remote.Stream, error)
	Done() <-chan struct{} // closed when the login has ended
	Close() error
}

// Forward forwards connections to Target. Set the fields before Connect.
type Forward struct {
	Target string // host:port, as the host reaches it
	// Dial logs in to the host. It is called again when the login has ended.
	Dial func(ctx context.Context) (Client, error)
	// Event receives progress messages, from several goroutines; may be nil.
	Event func(text string)
	// Sleep waits for d; nil: a timer that ends with ctx.
	Sleep func(ctx context.Context, d time.Duration) error

	link  link
	count Counts
}

// Counts is what was forwarded so far.
type Counts struct {
	Connections atomic.Int64
	Sent        atomic.Int64 // bytes to the target
	Received    atomic.Int64 // bytes from it
	Logins      atomic.Int64 // the first one included
}

// Counts returns what was forwarded so far.
func (f *Forward) Counts() *Counts { return &f.count }

// openTimeout limits how long a connection waits for a new login, and for the host to
// reach the target.
const openTimeout = 20 * time.Second

// Connect logs in, so that a first error is known before anybody connects. use, which
// may be nil, is called once with the login.
func (f *Forward) Connect(ctx context.Context, use func(Client) error) error {
	if f.Event == nil {
		f.Event = func(string) {}
	}
	if f.Sleep == nil {
		f.Sleep = remote.Sleep
	}
	client, err := f.Dial(ctx)
	if err != nil {
		return err
	}
	f.count.Logins.Add(1)
	if use != nil {
		err = use(client)
	}
	if err != nil {
		client.Close()
		return err
	}
	f.link.set(client)
	return nil
}

// Serve forwards what connects to l until ctx ends, which is no error, or until the
// host refuses the login, shows another key, or l fails. It closes l and the login, and
// returns when every connection has ended.
func (f *Forward) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { cancel(f.keep(ctx)) })
	running.Go(func() {
		<-ctx.Done()
		l.Close()
	})
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			running.Go(func() { f.carry(ctx, conn) })
		case ctx.Err() != nil:
			return ended(context.Cause(ctx))
		case errors.Is(err, net.ErrClosed):
			cancel(err)
			return err
		default: // too many open files: some will be closed
			f.Event("a connection could not be taken: " + err.Error())
			f.Sleep(ctx, 100*time.Millisecond)
		}
	}
}

// ended turns the caller's own cancellation into nil.
func ended(cause error) error {
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return nil
	}
	return cause
}

// carry forwards one connection until it ends.
func (f *Forward) carry(ctx context.Context, near net.Conn) {
	f.count.Connections.Add(1)
	stream, err := f.open(ctx)
	if err != nil {
		if ctx.Err() == nil {
			f.Event("a connection was turned away: " + err.Error())
		}
		reset(near)
		return
	}
	stop := context.AfterFunc(ctx, func() {
		reset(near)
		stream.Close()
	})
	defer stop()
	sent, received := relay(near, stream)
	f.count.Sent.Add(sent)
	f.count.Received.Add(received)
}

// open connects to the target. If the login breaks meanwhile, the next one does: nothing
// has been sent yet.
func (f *Forward) open(ctx context.Context) (remote.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	var client Client
	for {
		var err error
		if client, err = f.link.get(ctx, client); err != nil {
			return nil, err
		}
		stream, err := client.Open(ctx, "tcp", f.Target)
		if remote.KindOf(err) != remote.Lost {
			return stream, err
		}
		client.Close() // keep notices
	}
}
