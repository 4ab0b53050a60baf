package journal

import (
	"fmt"
	"slices"
	"strings"
)

// Resumption says how to resume a run.
type Resumption struct {
	Of      string             // the run
	Done    []string           // hosts that are left alone
	Unknown []string           // hosts with a transaction whose end the journal does not have; read again first
	Hosts   []string           // hosts that are read, planned and applied; those of Unknown are among them
	Batches map[int][][]string // of plays that roll, by their position
	Drained map[string]int     // hosts that get no requests, by the position of the play that took them out
}

// Limit returns the pattern of the hosts that are left to do.
func (r *Resumption) Limit() string { return strings.Join(r.Hosts, ",") }

// Unfinished returns the newest run that did not end or failed, and that no later run has
// completed: one that resumed it, or a successful one with the same inventory, playbook
// and hosts. It returns nil where there is none.
func Unfinished(history []*Record) *Record {
	for i, r := range history {
		if r.Err != nil || r.Running || r.Begin.Verb == VerbRollback || r.done() || r.complete() {
			continue
		}
		if !completedBy(r, history[:i]) {
			return r
		}
	}
	return nil
}

// complete reports whether nothing is left to do on any host, even if the run did not get
// to write that.
func (r *Record) complete() bool {
	return !slices.ContainsFunc(r.Progress(), func(p Progress) bool { return !p.Done() })
}

func completedBy(r *Record, later []*Record) bool {
	for _, l := range later {
		a, b := l.Begin, r.Begin
		again := l.done() && a.Verb == VerbApply && a.Inventory == b.Inventory && a.Playbook == b.Playbook &&
			(a.Limit == "" || a.Limit == b.Limit) && (a.Tags == "" || a.Tags == b.Tags)
		if a.Of == r.ID && a.Verb == VerbResume || again {
			return true
		}
	}
	return false
}

// Resume says what is left to do of a run. The inventory and the playbook, whose digests it
// takes, have to be those of the run: with others the hosts would end up different. The
// error says why the run cannot be resumed.
func Resume(r *Record, inventory, playbook string) (*Resumption, error) {
	again := "odooctl apply " + r.Begin.Inventory
	switch b := r.Begin; {
	case r.Running:
		return nil, fmt.Errorf("run %s has not ended yet: it is still at work, started by %s", r.ID, b.Who)
	case b.Verb == VerbRollback:
		return nil, fmt.Errorf("run %s is a rollback; start it again: odooctl rollback %s", r.ID, b.Of)
	case b.InventoryDigest != inventory:
		return nil, fmt.Errorf("%s has changed since run %s (digest %.12s, was %.12s): what is left of that run is no "+
			"longer known; see the difference and make it with %s",
			b.Inventory, r.ID, inventory, b.InventoryDigest, again)
	case b.PlaybookDigest != playbook:
		return nil, fmt.Errorf("playbook %s has changed since run %s (digest %.12s, was %.12s; that run was made by "+
			"odooctl %s): start again with %s",
			b.Playbook, r.ID, playbook, b.PlaybookDigest, b.Version, again)
	}
	left := &Resumption{Of: r.ID, Batches: r.batches(), Drained: r.drained()}
	for _, p := range r.Progress() {
		_, out := left.Drained[p.Host]
		switch {
		case p.Done() && !out:
			left.Done = append(left.Done, p.Host)
			continue
		case p.State == Unknown:
			left.Unknown = append(left.Unknown, p.Host)
		}
		left.Hosts = append(left.Hosts, p.Host)
	}
	return left, nil
}

// batches returns the batches into which the run first cut its hosts, by the position of
// their play.
func (r *Record) batches() map[int][][]string {
	cut, first := map[int][][]string{}, map[string]bool{}
	for _, e := range r.Entries {
		if e.Type == BatchesCut && !first[play(e)] {
			first[play(e)] = true
			cut[e.Rank] = append(cut[e.Rank], e.Batches...)
		}
	}
	return cut
}

// drained returns the hosts that the run drained and did not undrain, by the position of
// the play.
func (r *Record) drained() map[string]int {
	out := map[string]int{}
	for _, e := range r.Entries {
		switch e.Type {
		case HostDrained:
			out[e.Host] = e.Rank
		case HostUndrained:
			delete(out, e.Host)
		}
	}
	return out
}
