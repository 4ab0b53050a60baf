package run

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
)

// session is what every run over hosts has, whatever it does there: a name, one shell per
// host, what became of each host, and the journal.
type session struct {
	ID    string
	began time.Time
	inv   *inventory.Inventory
	opts  Options

	journal *journal.Writer
	about   journal.Entry // with which the journal begins

	mu       sync.Mutex
	shells   map[string]connect.Shell
	outcomes map[string]*Outcome
	turns    map[string]*sync.Mutex // per host: held by whoever works on it
	failed   []string               // hosts, in the order in which they failed
	ended    map[string]bool        // hosts whose end is in the journal

	budgets     []Budget
	planning    time.Duration
	interrupted bool
}

func newSession(inv *inventory.Inventory, o Options) (*session, error) {
	o.defaults()
	s := &session{
		inv: inv, opts: o, shells: map[string]connect.Shell{}, outcomes: map[string]*Outcome{},
		ended: map[string]bool{}, turns: map[string]*sync.Mutex{},
	}
	id, err := s.random(8)
	if err != nil {
		return nil, err
	}
	s.began = o.Now()
	s.ID = s.began.UTC().Format("20060102T150405") + "-" + id
	return s, nil
}

// join takes a host into the session.
func (s *session) join(host string) {
	s.outcomes[host] = &Outcome{Host: host, State: journal.Unchanged}
}

// hosts lists the hosts of the session in the inventory's order.
func (s *session) hosts() (names []string) {
	for _, h := range s.inv.Hosts {
		if s.outcomes[h.Name] != nil {
			names = append(names, h.Name)
		}
	}
	return names
}

// shell returns the host's shell, and connects at the first call.
func (s *session) shell(ctx context.Context, h *inventory.Host) (connect.Shell, error) {
	s.mu.Lock()
	sh := s.shells[h.Name]
	s.mu.Unlock()
	if sh != nil {
		return sh, nil
	}
	end := s.step(h.Name, "connecting")
	sh, err := s.opts.Connect(ctx, h)
	end()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.shells[h.Name] = sh
	s.mu.Unlock()
	s.timed(h.Name, func(t *Timings) {
		cost := costOf(sh)
		t.Connect += cost.Connect
		t.Login += cost.Login
	})
	return sh, nil
}

// leave ends the connection to a host. A later shell is on a new one.
func (s *session) leave(host string) {
	s.mu.Lock()
	sh := s.shells[host]
	delete(s.shells, host)
	s.mu.Unlock()
	if sh == nil {
		return
	}
	trips := costOf(sh).RoundTrips
	sh.Close()
	s.timed(host, func(t *Timings) { t.RoundTrips += trips })
}

// connections counts the open connections.
func (s *session) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.shells)
}

// planned adds to the time that planning took on this machine.
func (s *session) planned(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planning += d
}

// running returns the context of a transaction. It does not end with ctx, so that what was
// begun is finished; it ends with Options.Abort, or after Options.Timeout.
func (s *session) running(ctx context.Context) (context.Context, context.CancelFunc) {
	return s.runningFor(ctx, 0)
}

// runningFor is running for a transaction that may take longer by some time.
func (s *session) runningFor(ctx context.Context, more time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.Timeout+s.opts.LockTimeout+more)
	go func() {
		select {
		case <-s.opts.Abort:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// note changes what became of a host.
func (s *session) note(host string, change func(*Outcome)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.outcomes[host]; o != nil {
		change(o)
		if o.Bad() && o.State != journal.Skipped && !slices.Contains(s.failed, host) {
			s.failed = append(s.failed, host)
		}
	}
}

// failures lists the hosts that have failed so far, in that order. A host that was left out
// because of another one is not among them.
func (s *session) failures() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.failed)
}

// leaveOut notes that nothing more is done on a host, and why.
func (s *session) leaveOut(host string, err error) {
	s.note(host, func(o *Outcome) {
		if !o.Bad() {
			o.State, o.Err = journal.Skipped, err
		}
	})
}

// outcome returns what has become of a host so far.
func (s *session) outcome(host string) Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.outcomes[host]
}

// Close ends the connections.
func (s *session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wg sync.WaitGroup
	for _, sh := range s.shells {
		wg.Go(func() { sh.Close() })
	}
	wg.Wait()
	clear(s.shells)
}

func (s *session) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.opts.Rand, b); err != nil {
		return nil, fmt.Errorf("read random bytes: %w", err)
	}
	return b, nil
}

func (s *session) random(n int) (string, error) {
	b, err := s.bytes(n)
	return hex.EncodeToString(b), err
}
