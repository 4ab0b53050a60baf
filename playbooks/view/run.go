package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"odooctl/playbooks/journal"
)

// Run is what is known of a run while it goes on. It is not for several goroutines.
type Run struct {
	// Last is how long a step of a host took in an earlier run; nil, or 0: not known.
	Last func(host, step string) time.Duration
	// Interrupted: the operator wants it to end.
	Interrupted bool

	now     func() time.Time
	began   time.Time
	reading bool               // and planning, which comes before the rest
	total   int                // hosts
	done    map[string]bool    // hosts that were read, or are through
	bad     []string           // those of them that failed
	work    map[string][]*host // by host, what it is at, the latest last
	batch   string             // that goes on: batch 2 of 3
	batches map[string]int
}

// host is a host at work, or with "" as its name the whole run.
type host struct {
	name          string
	step          string
	number, total int
	since         time.Time
	waits         bool // for another host: it does nothing itself
}

// New returns a run of which nothing is known yet.
func New(now func() time.Time) *Run {
	return &Run{now: now, began: now(), done: map[string]bool{}, work: map[string][]*host{}, batches: map[string]int{}}
}

// Take learns of an event.
func (r *Run) Take(e journal.Entry) {
	switch e.Type {
	case journal.ReadBegun:
		r.reading, r.total = true, len(e.Hosts)
		clear(r.done)
	case journal.HostRead:
		if r.reading {
			r.done[e.Host] = true
		}
	case journal.RunBegun:
		r.reading, r.total, r.bad = false, len(e.Hosts), nil
		clear(r.done)
	case journal.BatchesCut:
		r.batches[e.Play] = len(e.Batches)
	case journal.BatchBegun:
		r.batch = "batch " + of(e.Batch, r.batches[e.Play])
	case journal.BatchEnded:
		r.batch = ""
	case journal.StepBegun:
		r.work[e.Host] = append(r.work[e.Host], &host{e.Host, e.Step, e.Number, e.Total, r.now(),
			strings.HasPrefix(e.Step, "waiting for ")})
	case journal.StepEnded:
		r.work[e.Host] = slices.DeleteFunc(r.work[e.Host], func(h *host) bool { return h.step == e.Step })
		if len(r.work[e.Host]) == 0 {
			delete(r.work, e.Host)
		}
	case journal.HostEnded:
		delete(r.work, e.Host)
		r.done[e.Host] = true
		if failed(e.State) && !slices.Contains(r.bad, e.Host) {
			r.bad = append(r.bad, e.Host)
		}
	}
}

// opens is the line of a batch that begins: Odoo, batch 2 of 3: app2, app3.
func (r *Run) opens(e journal.Entry) string {
	return fmt.Sprintf("%s, batch %s: %s", e.Play, of(e.Batch, r.batches[e.Play]), some(e.Hosts))
}

// failed reports whether a host failed itself, and not for the sake of others.
func failed(s journal.State) bool {
	return s != journal.Unchanged && s != journal.Changed && s != journal.Skipped
}

// atWork lists the hosts that do something, longest first, and after them those that wait.
func (r *Run) atWork() []*host {
	list := make([]*host, 0, len(r.work))
	for _, steps := range r.work {
		list = append(list, steps[len(steps)-1])
	}
	slices.SortFunc(list, func(a, b *host) int {
		switch {
		case a.waits != b.waits && a.waits:
			return 1
		case a.waits != b.waits:
			return -1
		}
		return cmp.Or(a.since.Compare(b.since), strings.Compare(a.name, b.name))
	})
	return list
}

// left estimates how long the run still takes, from the hosts that are done; 0: it cannot be said.
func (r *Run) left() time.Duration {
	took, done := r.now().Sub(r.began), len(r.done)
	if r.reading || done < 3 || done >= r.total {
		return 0
	}
	left := took * time.Duration(r.total-done) / time.Duration(done)
	if left > 2*time.Minute {
		return left.Round(time.Minute)
	}
	return left
}
