package remote

import (
	"context"
	"errors"
	"sync"
)

// Bastions shares connections to jump hosts, one per host, user and route to it. Hosts
// behind a jump host are channels in its connection, which no limit of sshd counts. The
// last user closes it. Share one Bastions among all Dials of a run; the zero value is
// ready.
//
// A jump host that could not be reached is not tried again: every host behind it gets
// the same error.
type Bastions struct {
	mu   sync.Mutex
	open map[string]*bastion
}

// bastion is a connection that is established, being established, or failed.
type bastion struct {
	users  int
	cancel context.CancelFunc
	ready  chan struct{} // closed when client or err is set
	client *Client
	err    error
}

// way names the route of jump hosts to c, first hop first; it is the key of what is
// shared.
func (c Config) way() string {
	if c.Jump == nil {
		return ""
	}
	return c.Jump.way() + c.Jump.User + "@" + c.Jump.endpoint() + " "
}

// through returns the connection to the last jump host of c, and a function that
// releases it and must be called once.
func (b *Bastions) through(ctx context.Context, c Config) (*Client, func(), error) {
	way := c.way()
	shared := b.join(ctx, way, *c.Jump)
	leave := func() { b.leave(way, shared) }
	select {
	case <-shared.ready:
	case <-ctx.Done():
		leave()
		return nil, nil, ctx.Err()
	}
	if shared.err != nil {
		leave()
		return nil, nil, shared.err
	}
	return shared.client, leave, nil
}

// join adds a user. The first one starts the login, which continues if that user gives
// up while others wait.
func (b *Bastions) join(ctx context.Context, way string, hop Config) *bastion {
	b.mu.Lock()
	defer b.mu.Unlock()
	if shared := b.open[way]; shared != nil && !shared.ended() {
		shared.users++
		return shared
	}
	if b.open == nil {
		b.open = make(map[string]*bastion)
	}
	shared := &bastion{users: 1, ready: make(chan struct{})}
	b.open[way] = shared
	ctx, shared.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(shared.ready)
		shared.client, shared.err = Dial(ctx, hop)
	}()
	return shared
}

// ended reports whether a new connection is needed.
func (s *bastion) ended() bool {
	select {
	case <-s.ready:
	default:
		return false
	}
	if s.err != nil {
		return KindOf(s.err) == Canceled
	}
	select {
	case <-s.client.done:
		return true
	default:
		return false
	}
}

// leave removes a user. For the last one it returns when the connection is closed.
func (b *Bastions) leave(way string, shared *bastion) {
	b.mu.Lock()
	shared.users--
	last := shared.users == 0
	if last && b.open[way] == shared && !shared.failed() {
		delete(b.open, way)
	}
	b.mu.Unlock()
	if !last {
		return
	}
	shared.cancel()
	<-shared.ready
	if shared.client != nil {
		shared.client.Close()
	}
}

// failed reports whether the login has failed for good.
func (s *bastion) failed() bool {
	select {
	case <-s.ready:
		return s.err != nil && KindOf(s.err) != Canceled
	default:
		return false
	}
}

// blocked is the error for a host whose jump host is unusable.
func (c Config) blocked(ctx context.Context, err error) error {
	tried := "connect to " + c.endpoint() + " by way of " + c.Jump.Host
	if e := c.interrupted(ctx, tried); e != nil {
		return e
	}
	e := &Error{Host: c.Host, Kind: Unreachable, Tried: tried, Got: err.Error(), Err: err}
	var of *Error
	if errors.As(err, &of) {
		e.Kind, e.Got, e.Hint = of.Kind, of.Tried+": "+of.Got, of.Hint
	}
	return e
}
