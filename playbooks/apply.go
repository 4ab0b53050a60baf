package playbooks

import (
	"context"
	"fmt"
	"sync"

	"odooctl/tasks"
)

// passes bounds how often a host is planned again for what was known only after
// an apply, such as the roles of a PostgreSQL that had to be started.
const passes = 3

// Plans returns what would change, host by host in the inventory's order. Hosts
// that could not be read are missing; see Report.
func (r *Run) Plans() (list []*tasks.Plan) {
	for _, ih := range r.inv.Hosts {
		h := r.fleet.Host(ih.Name)
		if r.outcomes[ih.Name] != nil && h.Err() == nil {
			list = append(list, h.Plan(0, len(r.stages)-1))
		}
	}
	return list
}

// Apply makes the plans. It comes back when every host is done.
func (r *Run) Apply(ctx context.Context) *Report {
	for range passes {
		r.pass(ctx)
		if !r.unknown() || ctx.Err() != nil || r.again(ctx) != nil {
			break
		}
	}
	return r.Report()
}

// unknown reports whether a host has to be planned again.
func (r *Run) unknown() bool {
	for name, o := range r.outcomes {
		if h := r.fleet.Host(name); !o.bad() && len(h.Plan(0, len(r.stages)-1).Unknown) > 0 {
			return true
		}
	}
	return false
}

// again reads and plans the hosts anew.
func (r *Run) again(ctx context.Context) error {
	for name, o := range r.outcomes {
		if !o.bad() {
			r.fleet.Host(name).Forget()
		}
	}
	return r.plan(ctx)
}

// pass lets every host go through its stages on its own. No host waits for
// another but for what its next stage needs; see schedule.
func (r *Run) pass(ctx context.Context) {
	s := newSchedule(r)
	stop := context.AfterFunc(ctx, s.wake)
	defer stop()
	slots := make(chan struct{}, r.opts.Forks)
	var wg sync.WaitGroup
	for name, o := range r.outcomes {
		if o.bad() {
			continue
		}
		wg.Go(func() {
			for first := 0; first < len(r.stages); {
				last, err := s.wait(ctx, name, first)
				if err == nil && s.busy(name, first, last) {
					slots <- struct{}{}
					err = r.apply(ctx, name, first, last)
					<-slots
				} else if err != nil {
					r.note(name, func(o *Outcome) { o.State, o.Err = Skipped, err })
				}
				if err != nil {
					last = len(r.stages) - 1
				}
				first = last + 1
				s.done(name, first)
			}
		})
	}
	wg.Wait()
}

// apply makes what the stages change on one host, as one transaction, and notes
// what became of it. The error is what the host's later stages fail with.
func (r *Run) apply(ctx context.Context, name string, first, last int) error {
	began := r.opts.Now()
	p := r.fleet.Host(name).Plan(first, last)
	r.opts.Event(Event{name, "applying " + fmt.Sprint(p.Count()) + " changes"})
	state, err := r.transact(ctx, p, fmt.Sprintf("%s-%d", r.ID, last))
	r.note(name, func(o *Outcome) {
		o.State, o.Err = state, err
		o.Took += r.opts.Now().Sub(began)
		if state == Changed {
			o.Changes += p.Count()
		}
	})
	return err
}

// transact runs the packed plan on its host.
func (r *Run) transact(ctx context.Context, p *tasks.Plan, id string) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, r.opts.Timeout)
	defer cancel()
	sh, err := r.shell(ctx, r.fleet.Host(p.Host))
	if err != nil {
		return failure(err), err
	}
	text, payload := p.Pack(tasks.Run{ID: id, Who: r.opts.Who})
	res, err := sh.Run(ctx, text, payload)
	if err != nil {
		return failure(err), err
	}
	state := exitState(res.Code)
	if state != Changed {
		return state, &ApplyError{Host: p.Host, State: state, Output: tail(string(res.Stdout) + string(res.Stderr))}
	}
	return state, nil
}

