package remote

import (
	"context"
	"sync"
)

// Limiter bounds how many handshakes run at once at one endpoint, so that
// sshd's MaxStartups (10:30:100, sshd_config(5)) drops none of them. Share one
// among all Dials. The zero value sets no bound.
type Limiter struct {
	PerEndpoint int // handshakes at once; 0: no bound, 8 suits sshd's defaults

	mu    sync.Mutex
	slots map[string]chan struct{}
}

// acquire waits for a place at endpoint. It returns the function that gives the
// place back, or ctx's error.
func (l *Limiter) acquire(ctx context.Context, endpoint string) (release func(), err error) {
	if l.PerEndpoint <= 0 {
		return func() {}, nil
	}
	slots := l.at(endpoint)
	select {
	case slots <- struct{}{}:
		return func() { <-slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *Limiter) at(endpoint string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.slots == nil {
		l.slots = make(map[string]chan struct{})
	}
	if l.slots[endpoint] == nil {
		l.slots[endpoint] = make(chan struct{}, l.PerEndpoint)
	}
	return l.slots[endpoint]
}
