package run

import (
	"context"
	"fmt"
	"sync"

	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// sideTransactions runs the one play of a playbook beside the run's own plays, on hosts
// that may be in the run too, each in a transaction of its own. It returns when all are
// done; the error is that of the first host that could not be planned, or that failed.
func (r *Run) sideTransactions(ctx context.Context, book *playbooks.Playbook) error {
	stages, err := book.Stages(r.inv, "", "")
	if err != nil {
		return err
	}
	for _, h := range stages[0].Hosts { // in the same order everywhere: no deadlock
		turn := r.turn(h.Name)
		turn.Lock()
		defer turn.Unlock()
	}
	fleet := tasks.NewFleet(r.inv, r.opts.Now())
	fleet.Salt, fleet.Beside = r.fleet.Salt, true
	for round := 0; ; round++ {
		asking := fleet.Plan(stages)
		if len(asking) == 0 {
			break
		}
		if round == rounds {
			return fmt.Errorf("plan: tasks still ask for more after %d rounds of reading", rounds)
		}
		each(r.opts.Forks, asking, func(h *tasks.Picture) {
			if err := r.read(ctx, h); err != nil {
				h.Fail(err)
			}
		})
	}
	for _, h := range stages[0].Hosts {
		if err := fleet.Host(h.Name).Err(); err != nil {
			return err
		}
	}
	for _, h := range stages[0].Hosts {
		if err := r.applySide(ctx, book, fleet.Host(h.Name).Plan(0, 0)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) applySide(ctx context.Context, book *playbooks.Playbook, p *tasks.Plan) error {
	if p.Empty() {
		return nil
	}
	id := r.sideID()
	e := journal.Entry{Type: journal.TransactionBegun, Host: p.Host, Transaction: id, Changes: p.Count(),
		Stages: []string{book.Plays[0].Name}}
	if err := r.write(e); err != nil {
		return err
	}
	state, _, took, err := r.transact(ctx, p, id, "changing "+book.Plays[0].Name)
	r.transactionEnded(p.Host, id, state, p.Count(), took, err)
	r.doorChanged(p.Host)
	return err
}

// sideID numbers the side transactions of the run, on whatever host.
func (r *Run) sideID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sides++
	return fmt.Sprintf("%s-beside-%02d", r.ID, r.sides)
}

// turn is held by whoever works on a host.
func (s *session) turn(host string) *sync.Mutex {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns[host] == nil {
		s.turns[host] = &sync.Mutex{}
	}
	return s.turns[host]
}
