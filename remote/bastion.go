package remote

import (
	"context"
	"errors"
	"sync"
)

// Bastions are the connections to jump hosts, one per host, user and way to it,
// that all hosts behind it share: their connections are channels in it, which
// no limit of sshd counts. The last one to leave closes it. Share one Bastions
// among all Dials of a run; the zero value is ready.
//
// A jump host that could not be reached is not tried again: every host behind
// it gets the same answer.
type Bastions struct {
	mu   sync.Mutex
	open map[string]*bastion
}

// bastion is a connection that is there, on its way, or that failed.
type bastion struct {
	users  int
	cancel context.CancelFunc
	ready  chan struct{} // closed when client or err is set
	client *Client
	err    error
}

// way is the jump hosts to c, the first first, as a name for what is shared.
func (c Config) way() string {
	if c.Jump == nil {
		return ""
	}
	return c.Jump.way() + c.Jump.User + "@" + c.Jump.endpoint() + " "
}

// through returns the connection to the last jump host of c, and the function
// that gives it back, which has to be called once.
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

// join counts one user more. The first one starts the login, which goes on when
// that one gives up and others wait.
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

// ended tells whether the connection is to be made anew.
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

// leave counts one user less. It returns when the connection is closed, if it
// was the last one's.
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

// failed tells whether the login has failed for good.
func (s *bastion) failed() bool {
	select {
	case <-s.ready:
		return s.err != nil && KindOf(s.err) != Canceled
	default:
		return false
	}
}

// blocked is the error for a host whose jump host can not be used.
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
