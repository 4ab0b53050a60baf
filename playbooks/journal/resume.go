package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"odooctl/remote/shell"
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

// Passed is a run that was cut short or failed, and that is taken up only if it is named.
type Passed struct {
	*Record
	Why string // its hosts have had a good run since: ...
}

// Unfinished returns the newest run that was cut short or failed, that did not stop at a
// lock, and that no later run has completed: one that resumed it, or a good one on its
// hosts; nil where there is none. It has the inventory of the newest run of all. Those that
// it passed over are to be named.
func Unfinished(history []*Record) (take *Record, passed []Passed) {
	newest := ""
	for i, r := range history {
		if r.Err != nil {
			continue
		}
		newest = cmp.Or(newest, r.Begin.Inventory)
		if !r.open(history[:i]) {
			continue
		}
		good := r.GoodSince(history[:i])
		switch {
		case good != nil:
			passed = append(passed, Passed{r, good.asGood()})
		case r.Begin.Inventory != newest:
			passed = append(passed, Passed{r, "it is of " + r.Begin.Inventory + ", and the newest run is of " + newest})
		case take == nil:
			take = r
		}
	}
	return take, passed
}

// Open lists the runs of an inventory that were cut short or failed, and that no later run has
// completed; the newest first.
func Open(history []*Record, inventory string) (list []*Record) {
	for i, r := range history {
		if r.Err == nil && r.Begin.Inventory == inventory && r.open(history[:i]) && r.GoodSince(history[:i]) == nil {
			list = append(list, r)
		}
	}
	return list
}

// open reports whether the run left something to do that resume can, and none of the later
// ones took it up.
func (r *Record) open(later []*Record) bool {
	return !r.Running && r.Begin.Verb != VerbRollback && !r.made() && !r.done() && !r.complete() && !r.refused() &&
		!r.resumedBy(later)
}

// complete reports whether nothing is left to do on any host, even if the run did not get
// to write that.
func (r *Record) complete() bool { return len(r.left()) == 0 }

// left lists the hosts on which something is left to do.
func (r *Record) left() (hosts []string) {
	for _, p := range r.Progress() {
		if !p.Done() {
			hosts = append(hosts, p.Host)
		}
	}
	return hosts
}

// refused reports whether the run ended because hosts were locked, and did nothing: there
// is nothing to continue.
func (r *Record) refused() bool {
	_, ended := r.Exit()
	locked := false
	for _, p := range r.Progress() {
		if len(p.Transactions) > 0 && p.State != Locked || !p.Done() && p.State != Locked && p.State != Skipped {
			return false
		}
		locked = locked || p.State == Locked
	}
	return ended && locked
}

// made reports whether the run was of a playbook that a verb such as drain makes of its
// arguments, which the journal does not have.
func (r *Record) made() bool { return r.Begin.PlaybookDigest == "" }

// resumedBy reports whether one of these runs took this one up.
func (r *Record) resumedBy(later []*Record) bool {
	return slices.ContainsFunc(later, func(l *Record) bool {
		return l.Err == nil && l.Begin.Verb == VerbResume && l.Begin.Of == r.ID && !l.refused()
	})
}

// GoodSince returns the newest of some runs that did all it should on every host on which
// this one left something; nil where there is none. What this one was to do may be out of
// date.
func (r *Record) GoodSince(later []*Record) *Record {
	left := r.left()
	for _, l := range later {
		b := l.Begin
		if l.Err != nil || l.ID <= r.ID || !l.done() || l.made() || b.Verb == VerbRollback ||
			b.Inventory != r.Begin.Inventory {
			continue
		}
		if !slices.ContainsFunc(left, func(host string) bool { return !slices.Contains(b.Hosts, host) }) {
			return l
		}
	}
	return nil
}

func (r *Record) asGood() string {
	return fmt.Sprintf("its hosts have had a good run since: %s of %s", r.ID, r.Begin.Playbook)
}

// Warning says what speaks against taking up a run that was named; "" = nothing.
func (r *Record) Warning(later []*Record) string {
	if good := r.GoodSince(later); good != nil {
		return fmt.Sprintf("run %s: %s", r.ID, good.asGood())
	}
	return ""
}

// Command is what starts the run again: the verb with what the operator gave it.
func (e Entry) Command() string {
	words := []string{"odooctl", "apply"}
	for _, f := range []struct{ flag, value, usual string }{
		{"-l", e.Limit, ""}, {"--tags", e.Tags, ""}, {"--playbook", e.Playbook, "site"}, {"--update", e.Updates, ""},
		{"--batch", e.Sizes, ""}, {"--max-failures", e.MaxFailures, ""},
	} {
		if f.value != "" && f.value != f.usual {
			words = append(words, f.flag, f.value)
		}
	}
	if e.AllowRestart {
		words = append(words, "--allow-restart")
	}
	return shell.Words(append(words, e.Inventory)...)
}

// ChangedError says that the inventory or the playbook is no longer that of a run: what it
// was to do is no longer known, though what it took out of service still is.
type ChangedError struct{ Text string }

func (e *ChangedError) Error() string { return e.Text }

func changed(format string, args ...any) error { return &ChangedError{fmt.Sprintf(format, args...)} }

// Resume says what is left to do of a run. The inventory and the playbook, whose digests it
// takes, have to be those of the run: with others the hosts would end up different, which is
// a *ChangedError. The error says why the run cannot be resumed.
func Resume(r *Record, inventory, playbook string) (*Resumption, error) {
	again := r.Begin.Command()
	switch b := r.Begin; {
	case r.Running:
		return nil, fmt.Errorf("run %s has not ended yet: it is still at work, started by %s", r.ID, b.Who)
	case b.Verb == VerbRollback:
		return nil, fmt.Errorf("run %s is a rollback; start it again: odooctl rollback %s", r.ID, b.Of)
	case r.made():
		return nil, fmt.Errorf("run %s is of the verb %s, whose arguments the journal does not have: give it again", r.ID,
			b.Playbook)
	case b.InventoryDigest != inventory:
		return nil, changed("%s has changed since run %s (digest %.12s, was %.12s): what is left of that run is no longer "+
			"known; see the difference and make it with %s", b.Inventory, r.ID, inventory, b.InventoryDigest, again)
	case b.PlaybookDigest != playbook:
		return nil, changed("playbook %s has changed since run %s (digest %.12s, was %.12s; that run was made by odooctl "+
			"%s): start again with %s", b.Playbook, r.ID, playbook, b.PlaybookDigest, b.Version, again)
	}
	left := &Resumption{Of: r.ID, Batches: r.batches(), Drained: r.Drained()}
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

// Drained returns the hosts that the run drained and did not undrain, by the position of
// the play.
func (r *Record) Drained() map[string]int {
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
