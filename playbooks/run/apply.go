package run

import (
	"context"
	"fmt"

	"odooctl/playbooks/journal"
)

// apply makes the changes of the work's stages on its host, as one transaction, and notes
// what became of it. The error is what the host's later stages fail with.
func (r *Run) apply(ctx context.Context, w work, _ func() error) error {
	name, first, last := w.host, w.first, w.last
	if ctx.Err() != nil {
		err := fmt.Errorf("%s: not begun: %w", name, errInterrupted)
		r.leaveOut(name, err)
		return err
	}
	began := r.opts.Now()
	p := r.fleet.Host(name).Plan(first, last)
	if r.outdated(p) {
		r.say(name, "is planned again: who gets no requests from it has changed")
		return nil
	}
	id, err := r.transactionBegun(p, first, last)
	if err != nil {
		err = fmt.Errorf("%s: not begun: %w", name, err)
		r.leaveOut(name, err)
		return err
	}
	turn := r.turn(name)
	turn.Lock()
	state, notes, took, err := r.transactions(ctx, p, id)
	turn.Unlock()
	if state == journal.Changed {
		r.fleet.Host(name).Ran(p)
	}
	r.note(name, func(o *Outcome) {
		o.State, o.Err = state, err
		o.Notes = append(o.Notes, notes...)
		o.Took += r.opts.Now().Sub(began)
		if state == journal.Changed {
			o.Changes += p.Count()
			o.did(p)
			o.reached = last
			if p.Undoes() { // what most commands did cannot be put back
				o.made = append(o.made, journal.Transaction{ID: id, Rank: first, State: state})
			}
		}
	})
	r.transactionEnded(name, id, state, p.Count(), took, err)
	return err
}
