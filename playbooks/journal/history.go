package journal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"odooctl/inventory/nearest"
)

// Last names the newest run, where the name of a run is asked for.
const Last = "last"

// Record is what a journal says about its run.
type Record struct {
	ID      string
	Begin   Entry // zero where the journal is broken in its first line
	Entries []Entry
	Running bool  // a running process writes the journal
	Err     error // why the journal cannot be read to its end
}

// History reads all journals of a folder, newest first. One that is broken has
// its error in Err. A folder that does not exist is an empty history.
func History(dir string) ([]*Record, error) {
	if _, err := os.ReadDir(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the journals: %w", err)
	}
	var list []*Record
	for _, name := range journals(dir) {
		list = append(list, readRecord(filepath.Join(dir, name)))
	}
	slices.SortStableFunc(list, newer)
	return list, nil
}

// Newest reads the newest journals of a folder, count at most, newest first.
func Newest(dir string, count int) (list []*Record) {
	names := journals(dir)
	slices.Sort(names)
	for _, name := range names[max(0, len(names)-count):] {
		list = append(list, readRecord(filepath.Join(dir, name)))
	}
	slices.SortStableFunc(list, newer)
	return list
}

// newer orders records, newest first. The names of runs have the second, and the journals
// the order within it.
func newer(a, b *Record) int {
	return cmp.Or(strings.Compare(second(b.ID), second(a.ID)), b.Begin.Time.Compare(a.Begin.Time))
}

// second is the part of a run's name that says when it began.
func second(name string) string { return name[:min(len("20060102T150405"), len(name))] }

// Find returns the record of a run by its ID, by a prefix that no other run
// has, or by Last. The name of the run that made a plan file, which nginx's files have of
// what its apply took out of service, stands for the newest run that applied it. A broken
// journal is an error.
func Find(dir, name string) (*Record, error) {
	var found []string
	names := journals(dir)
	if name == Last && len(names) > 0 {
		slices.Sort(names)
		newest := second(names[len(names)-1])
		first := slices.IndexFunc(names, func(n string) bool { return second(n) == newest })
		r := Newest(dir, len(names)-first)[0]
		return r, r.Err
	}
	for _, n := range names {
		id := strings.TrimSuffix(n, extension)
		if id == name {
			found = []string{n}
			break
		}
		if strings.HasPrefix(id, name) {
			found = append(found, n)
		}
	}
	switch {
	case len(names) == 0:
		return nil, fmt.Errorf("there is no run yet: %s holds no journal", dir)
	case len(found) == 0:
		if r := applied(dir, name); r != nil {
			return r, nil
		}
		ids := []string{Last}
		for _, n := range names {
			ids = append(ids, strings.TrimSuffix(n, extension))
		}
		return nil, fmt.Errorf("there is no run %s%s; odooctl history lists them", name, nearest.Hint(name, ids))
	case len(found) > 1:
		return nil, fmt.Errorf("%s may be one of %d runs, from %s to %s; give more of its name", name, len(found),
			strings.TrimSuffix(found[len(found)-1], extension), strings.TrimSuffix(found[0], extension))
	}
	r := readRecord(filepath.Join(dir, found[0]))
	return r, r.Err
}

// LastChange returns the newest run that changed a host, or may have, and that was no rollback;
// nil if there is none.
func LastChange(history []*Record) *Record {
	for _, r := range history {
		if r.Err != nil || r.Begin.Verb == VerbRollback {
			continue
		}
		for _, p := range r.Progress() {
			for _, t := range p.Transactions {
				if t.State == Changed || t.State == Unknown {
					return r
				}
			}
		}
	}
	return nil
}

// applied returns the newest run that applied the plan file of a run; nil if none did.
func applied(dir, plan string) *Record {
	history, _ := History(dir)
	for _, r := range history {
		if r.Err == nil && r.Begin.Plan == plan {
			return r
		}
	}
	return nil
}

func readRecord(path string) *Record {
	r := &Record{ID: strings.TrimSuffix(filepath.Base(path), extension)}
	f, err := os.Open(path)
	if err != nil {
		r.Err = fmt.Errorf("read the journal: %w", err)
		return r
	}
	defer f.Close()
	r.Running = locked(f)
	data, err := io.ReadAll(f)
	if err != nil {
		r.Err = fmt.Errorf("read the journal: %w", err)
		return r
	}
	if r.Entries, r.Err = Parse(path, data); len(r.Entries) > 0 {
		r.Begin = r.Entries[0]
	} else if r.Err == nil {
		r.Err = fmt.Errorf("%s: the run ended before its first line was written; nothing was touched", path)
	}
	return r
}

// Exit returns the exit code of the run; ok is false where it did not end.
func (r *Record) Exit() (code int, ok bool) {
	for _, e := range r.Entries {
		if e.Type == RunEnded && e.Exit != nil {
			return *e.Exit, true
		}
	}
	return 0, false
}

// done reports whether the run came to its end and did all it should.
func (r *Record) done() bool {
	code, ok := r.Exit()
	return ok && code == 0
}

// Progress is how far a run got on one host.
type Progress struct {
	Host         string
	State        State // "" where the run did not end on the host; Unknown where a transaction has no end
	Changes      int
	Error        string
	Transactions []Transaction // in their order
}

// Done reports whether nothing is left to do on the host.
func (p Progress) Done() bool { return p.State == Unchanged || p.State == Changed }

// Failed reports whether the run did not do all that it should have on the host, as far as
// it got.
func (p Progress) Failed() bool { return p.State != "" && !p.Done() }

// Transaction is one transaction on one host.
type Transaction struct {
	ID       string
	Undoes   string // the transaction that it undoes, in a rollback
	Rank     int    // position of its first play, from 0
	State    State  // Unknown where the journal has no end of it
	Commands []string
	Began    time.Time
}

// Progress returns how far the run got on each of its hosts, in the inventory's order.
func (r *Record) Progress() []Progress {
	list := make([]Progress, len(r.Begin.Hosts))
	at := map[string]*Progress{}
	for i, name := range r.Begin.Hosts {
		list[i].Host = name
		at[name] = &list[i]
	}
	for _, e := range r.Entries {
		if p := at[e.Host]; p != nil {
			p.take(e)
		}
	}
	return list
}

// take notes what an entry says about the host. A host that was planned again is no longer
// done.
func (p *Progress) take(e Entry) {
	switch e.Type {
	case HostPlanned:
		p.State = ""
	case TransactionBegun:
		p.State = Unknown
		p.Transactions = append(p.Transactions, Transaction{
			ID: e.Transaction, Undoes: e.Undoes, Rank: e.Rank, State: Unknown, Commands: e.Commands, Began: e.Time,
		})
	case TransactionEnded:
		p.State = ""
		if e.State == Unknown {
			p.State = Unknown
		}
		p.Changes += e.Changes
		p.Error = e.Error
		for i := range p.Transactions {
			if t := &p.Transactions[i]; t.ID == e.Transaction {
				t.State = e.State
			}
		}
	case HostEnded:
		p.State, p.Error = e.State, e.Error
	}
}
