package run

import (
	"time"

	"odooctl/playbooks/connect"
	"odooctl/remote"
)

// Timings is where the time of one host went. The parts follow one another; the waits for
// other hosts are in none of them.
type Timings struct {
	Connect time.Duration // TCP
	Login   time.Duration // key exchange and authentication
	Read    time.Duration // all readings
	Apply   time.Duration // all transactions, with their proofs
	Confirm time.Duration // new logins that prove the way in is still open

	RoundTrips int // of all connections to the host
}

// costs is a shell that knows what its connection cost.
type costs interface{ Cost() remote.Cost }

func costOf(sh connect.Shell) remote.Cost {
	if c, ok := sh.(costs); ok {
		return c.Cost()
	}
	return remote.Cost{}
}

// timed adds to the timings of a host.
func (s *session) timed(host string, add func(*Timings)) {
	s.note(host, func(o *Outcome) { add(&o.Timings) })
}
