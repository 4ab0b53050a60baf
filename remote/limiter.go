package remote

import (
	"context"
	"slices"
	"sync"
)

// Limiter bounds how many handshakes run at once at one endpoint, and through one
// bastion, so that sshd's MaxStartups (10:30:100, sshd_config(5)) drops none of them.
// An endpoint that drops one all the same is assumed to have a lower bound, such as
// PerSourceMaxStartups 1: from then on its handshakes go one by one. After some
// successes the limit doubles, for sshd may only have been slow to count; each drop
// doubles the successes needed. Share a Limiter among all Dials. The zero value sets no
// bound before the first drop.
type Limiter struct {
	PerEndpoint int // concurrent handshakes; 0: no bound, 8 suits sshd's defaults

	mu    sync.Mutex
	gates map[string]*gate
}

// gate is the queue for the handshakes at one endpoint, first come first served.
type gate struct {
	limit, inside int
	queue         []chan struct{} // each is closed at its turn

	full int // the limit before any drop
	well int // successful handshakes since the limit last changed
	need int // successes needed to double it; 0: nothing was dropped
}

// unbounded is more than ever run at once.
const unbounded = 1 << 20

// firstNeed is how many handshakes must succeed after the first drop.
const firstNeed = 8

// acquire waits for a slot at endpoint. It returns the function that releases it, or
// ctx's error.
func (l *Limiter) acquire(ctx context.Context, endpoint string) (release func(), err error) {
	l.mu.Lock()
	g := l.at(endpoint)
	turn := make(chan struct{})
	g.queue = append(g.queue, turn)
	g.admit()
	l.mu.Unlock()
	select {
	case <-turn:
		return func() { l.leave(g) }, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	i := slices.Index(g.queue, turn)
	if i >= 0 {
		g.queue = slices.Delete(g.queue, i, i+1)
	}
	l.mu.Unlock()
	if i < 0 {
		l.leave(g)
	}
	return nil, ctx.Err()
}

func (l *Limiter) leave(g *gate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g.inside--
	if g.well++; g.limit < g.full && g.well >= g.need {
		g.limit, g.well = min(2*g.limit, g.full), 0
	}
	g.admit()
}

// narrow makes the handshakes at endpoint go one by one. Simultaneous drops count as
// one.
func (l *Limiter) narrow(endpoint string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.at(endpoint)
	if g.limit > 1 {
		g.need = max(firstNeed, 2*g.need)
	}
	g.limit, g.well = 1, 0
}

// narrowed reports whether drops made the handshakes at endpoint go one by one.
func (l *Limiter) narrowed(endpoint string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.at(endpoint)
	return g.need > 0 && g.limit == 1
}

func (l *Limiter) at(endpoint string) *gate {
	if l.gates == nil {
		l.gates = make(map[string]*gate)
	}
	if l.gates[endpoint] == nil {
		limit := l.PerEndpoint
		if limit <= 0 {
			limit = unbounded
		}
		l.gates[endpoint] = &gate{limit: limit, full: limit}
	}
	return l.gates[endpoint]
}

func (g *gate) admit() {
	for g.inside < g.limit && len(g.queue) > 0 {
		close(g.queue[0])
		g.queue = g.queue[1:]
		g.inside++
	}
}
