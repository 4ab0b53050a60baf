package run

import (
	"slices"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
)

// Report is what became of every host of a run.
type Report struct {
	Run      string
	Of       *inventory.Inventory
	Begun    journal.Entry // with which its journal begins; zero where nothing was begun
	Outcomes []Outcome     // in the inventory's order
	Planning time.Duration // for all hosts, on this machine
	Took     time.Duration // since it began to read

	Interrupted bool // the operator stopped it before all was done
	Unbegun     bool // its first hook, or the journal, kept it from beginning

	Budgets []Budget // of the plays that rolled
}

// Report tells what has become of the hosts so far.
func (s *session) Report() *Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	rep := &Report{Run: s.ID, Of: s.inv, Begun: s.about, Interrupted: s.interrupted, Planning: s.planning,
		Took: s.opts.Now().Sub(s.began), Budgets: slices.Clone(s.budgets)}
	for _, h := range s.inv.Hosts {
		if o := s.outcomes[h.Name]; o != nil {
			told := *o
			told.Err = s.hide(o.Err)
			told.Timings.RoundTrips += costOf(s.shells[h.Name]).RoundTrips
			rep.Outcomes = append(rep.Outcomes, told)
		}
	}
	return rep
}

// Changes counts what was made, changed or run on all hosts.
func (r *Report) Changes() (n int) {
	for _, o := range r.Outcomes {
		n += o.Changes
	}
	return n
}

// Failed lists the hosts on which not all was done.
func (r *Report) Failed() (list []Outcome) {
	for _, o := range r.Outcomes {
		if o.Bad() {
			list = append(list, o)
		}
	}
	return list
}

// Failures counts the hosts that failed themselves, and not for the sake of others.
func (r *Report) Failures() (n int) {
	for _, o := range r.Outcomes {
		if o.Bad() && o.State != journal.Skipped {
			n++
		}
	}
	return n
}

// Group is the hosts of a run with the same fate.
type Group struct {
	Fate  string // "updated", "put back", ...
	Hosts []string
}

// fates are what may become of a host, from good to bad.
var fates = []string{"updated", "unchanged", "partly updated", "untouched", "put back", "failed", "unknown",
	"not put back"}

// fate is a word for what became of the host.
func (o *Outcome) fate() string {
	switch o.State {
	case journal.Changed:
		if o.Changes == 0 { // it was only asked, or what was made was not to stay
			return "unchanged"
		}
		return "updated"
	case journal.Unchanged:
		return "unchanged"
	case journal.Failed, journal.PutBack, journal.Unknown, journal.NotPutBack:
		return string(o.State)
	}
	if o.Changes > 0 {
		return "partly updated"
	}
	return "untouched"
}

// Groups sorts the hosts by what became of them.
func (r *Report) Groups() (list []Group) {
	for _, fate := range fates {
		g := Group{Fate: fate}
		for _, o := range r.Outcomes {
			if o.fate() == fate {
				g.Hosts = append(g.Hosts, o.Host)
			}
		}
		if len(g.Hosts) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// exitInterrupted is what a shell gives for a program ended by Ctrl-C.
const exitInterrupted = 130

// exitUnbegun says that nothing was touched.
const exitUnbegun = 1

// severity orders states by how urgent they are.
var severity = []struct {
	state journal.State
	exit  int
}{
	{journal.NotPutBack, 6},
	{journal.PutBack, 5},
	{journal.Failed, 2},
	{journal.Unknown, 2},
	{journal.Stale, 3},
	{journal.Locked, 75},
	{journal.Unreachable, 4},
	{journal.Skipped, 2},
}

// Exit returns the exit code for the worst that happened: 0 all done, 1 not begun, 2 a host failed, 3
// one is not as planned, 4 one is unreachable and none failed, 5 one failed and was put
// back, 6 one failed and was not put back, 75 one is locked, 130 the operator stopped it.
func (r *Report) Exit() int {
	switch {
	case r.Interrupted:
		return exitInterrupted
	case r.Unbegun:
		return exitUnbegun
	}
	for _, s := range severity {
		for _, o := range r.Outcomes {
			if o.State == s.state {
				return s.exit
			}
		}
	}
	return 0
}
