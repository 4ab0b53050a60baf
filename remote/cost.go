package remote

import (
	"sync"
	"time"
)

// Cost is what a connection has taken.
type Cost struct {
	Connect time.Duration // the TCP connection, or the way through jump hosts
	Login   time.Duration // key exchange and authentication
	// RoundTrips counts how often something was said and then heard, TCP's own
	// handshake included. It is what was waited for where each thing said is an
	// answer; what the host says unasked may count too.
	RoundTrips int
}

// Cost returns what the connection has taken so far.
func (c *Client) Cost() Cost {
	cost := c.cost
	if cost.Connect > 0 {
		cost.RoundTrips = 1
	}
	cost.RoundTrips += c.wire.turns.count()
	return cost
}

// turns counts turn-arounds: something is said, and then something is heard. What
// comes in a small part of the shortest turn yet was on its way before: both ends
// open the key exchange unasked.
type turns struct {
	now func() time.Time

	mu       sync.Mutex
	since    time.Time // when the first thing unanswered was said; zero: nothing is
	shortest time.Duration
	n        int
}

func (t *turns) said() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since.IsZero() {
		t.since = t.now()
	}
}

func (t *turns) heard() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since.IsZero() {
		return
	}
	took := t.now().Sub(t.since)
	if t.n > 0 && took < t.shortest/4 {
		return
	}
	if t.n == 0 || took < t.shortest {
		t.shortest = took
	}
	t.n++
	t.since = time.Time{}
}

func (t *turns) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
