package run

import (
	"context"
	"fmt"
	"slices"

	"odooctl/playbooks/journal"
)

// batchBegun reports the batch that may begin.
func (r *Run) batchBegun(b *roll) {
	if b.open >= len(b.batches) {
		return
	}
	if b.open == 0 {
		r.write(journal.Entry{Type: journal.BatchesCut, Play: b.name, Rank: b.stage, Batches: b.batches})
	}
	r.write(journal.Entry{Type: journal.BatchBegun, Play: b.name, Rank: b.stage, Batch: b.open + 1,
		Hosts: b.batches[b.open]})
}

func (r *Run) batchEnded(b *roll, err error) {
	r.write(journal.Entry{Type: journal.BatchEnded, Play: b.name, Rank: b.stage, Batch: b.open + 1,
		Error: text(err)})
	if err != nil {
		r.say("", err.Error())
	}
}

// putRunBack undoes what the run did before a play that stopped, the last play first. If
// the state of some host is not known, all stays as it is: a service that was stopped for
// that host's sake must not start beside it.
func (r *Run) putRunBack(ctx context.Context, b *roll) {
	for _, name := range r.hosts() {
		if s := r.outcome(name).State; s == journal.Unknown || s == journal.NotPutBack {
			r.say(name, "its state is not known: what the run did before on other hosts stays as it is")
			return
		}
	}
	for rank := b.stage - 1; rank >= 0; rank-- {
		each(r.opts.Forks, r.hosts(), func(name string) {
			r.putPlayBack(ctx, name, rank, b.name+" stopped")
		})
	}
}

// putPlayBack undoes what a play did on a host, for the sake of others. A host that failed
// itself keeps that state.
func (r *Run) putPlayBack(ctx context.Context, name string, rank int, why string) {
	for _, t := range slices.Backward(r.outcome(name).made) {
		if t.Rank != rank {
			continue
		}
		was := r.outcome(name)
		err := r.undo(ctx, name, t)
		r.note(name, func(o *Outcome) {
			switch {
			case err != nil:
				o.State, o.Err = journal.Failed, fmt.Errorf("%s: not put back: %w", name, err)
			case o.State == journal.Changed:
				o.State, o.Changes, o.Err = journal.PutBack, 0, fmt.Errorf("%s: put back: %s", name, why)
				if was.Bad() && was.State != journal.Skipped {
					o.State, o.Err = was.State, was.Err
				}
			}
		})
	}
}

// putBatchBack undoes what a play did on the hosts of a batch. A host that failed has
// put itself back already.
func (r *Run) putBatchBack(ctx context.Context, b *roll, why error) {
	each(r.opts.Forks, b.batches[b.open], func(name string) {
		for _, t := range slices.Backward(r.outcome(name).made) {
			if t.Rank != b.stage {
				continue
			}
			err := r.without(ctx, work{host: name, roll: b}, func() error { return r.undo(ctx, name, t) })
			r.note(name, func(o *Outcome) {
				switch {
				case err != nil:
					o.State, o.Err = journal.Failed, fmt.Errorf("%s: not put back: %w", name, err)
				case !o.Bad():
					o.State, o.Changes = journal.PutBack, 0
					o.Err = fmt.Errorf("%s: put back with its batch: %w", name, why)
				}
			})
			r.hostGoesOn(name)
		}
	})
}
