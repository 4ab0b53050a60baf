package remote

import (
	"sync"
	"time"
)

// Cost is what a connection has cost so far.
type Cost struct {
	Connect time.Duration // the TCP connection, or the route through jump hosts
	Login   time.Duration // key exchange and authentication
	// RoundTrips counts how often data was sent and then received, TCP's handshake
	// included. If every message is an answer, it is the number of times that we
	// waited; unsolicited messages may add to it.
	RoundTrips int
}

// Cost returns what the connection has cost so far.
func (c *Client) Cost() Cost {
	cost := c.cost
	if cost.Connect > 0 {
		cost.RoundTrips = 1
	}
	cost.RoundTrips += c.wire.turns.count()
	return cost
}

// turns counts changes of direction: something is sent, then something is received.
// What arrives within a small part of the shortest turn so far had been sent before:
// both ends open the key exchange unasked.
type turns struct {
	now func() time.Time

	mu       sync.Mutex
	since    time.Time // when the first unanswered byte was sent; zero: all are answered
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

// begin forgets what was counted so far.
func (t *turns) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since, t.shortest, t.n = time.Time{}, 0, 0
}

func (t *turns) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
