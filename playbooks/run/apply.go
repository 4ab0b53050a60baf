package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
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

// Apply makes the plans, and comes back when every host is done. When ctx ends,
// the transactions in flight are finished and none is begun; see Options.Abort.
// The error is for what the operator gave and nobody can use, and for a journal, or
// new secrets, that cannot be written: nothing is begun then. The report is nil where nothing was.
func (r *Run) Apply(ctx context.Context) (*Report, error) {
	if err := r.Refused(); err != nil {
		return nil, err
	}
	if err := r.opts.Keep(); err != nil {
		return nil, fmt.Errorf("nothing was changed: %w", err)
	}
	if err := r.begin(ctx, r.entry()); err != nil {
		return nil, err
	}
	r.applying = true
	for range passes {
		r.recordPlans()
		r.pass(ctx)
		todo := r.unknown()
		if len(todo) == 0 {
			break
		}
		err := r.again(ctx, todo)
		if err == nil {
			err = r.opts.Keep()
		}
		if err != nil {
			for _, name := range todo {
				r.leaveOut(name, fmt.Errorf("%s: not planned again: %w", name, err))
			}
			break
		}
	}
	r.proveWays(ctx)
	return r.end(ctx)
}

// unknown lists the hosts that have to be planned again.
func (r *Run) unknown() (names []string) {
	for name, o := range r.outcomes {
		if !o.Bad() && r.openEnds(name) {
			names = append(names, name)
		}
	}
	return names
}

// openEnds reports whether part of a host's plan is known only after apply.
func (r *Run) openEnds(host string) bool {
	return len(r.fleet.Host(host).Plan(0, len(r.stages)-1).Unknown) > 0
}

// again reads and plans hosts anew, and those that share deployments with them. With
// the others this run is done.
func (r *Run) again(ctx context.Context, todo []string) error {
	var parts []part
	before := r.warnings(r.parts)
	for _, p := range r.parts {
		if !slices.ContainsFunc(p, func(h *inventory.Host) bool { return slices.Contains(todo, h.Name) }) {
			r.rest(p)
			continue
		}
		parts = append(parts, p)
		for _, h := range p {
			if o := r.outcomes[h.Name]; o != nil && !o.Bad() {
				r.fleet.Host(h.Name).Forget()
			}
		}
	}
	if err := r.plan(ctx, parts); err != nil {
		return err
	}
	for name, list := range r.warnings(parts) {
		for _, w := range list {
			if !slices.Contains(before[name], w) {
				r.opts.Event(Event{name, w})
			}
		}
	}
	return nil
}

// warnings are those of the plans of parts, by host.
func (r *Run) warnings(parts []part) map[string][]string {
	list := map[string][]string{}
	for _, p := range parts {
		for _, h := range p {
			if picture := r.fleet.Host(h.Name); r.outcomes[h.Name] != nil && picture.Err() == nil {
				list[h.Name] = r.whole(picture).Warnings
			}
		}
	}
	return list
}

// pass lets every host go through its stages on its own. No host waits for
// another but for what its next stage needs; see schedule.
func (r *Run) pass(ctx context.Context) {
	s := newSchedule(r)
	if !r.reserve(ctx, s.rolls) {
		return
	}
	r.watch(ctx, s.rolls)
	stop := context.AfterFunc(ctx, s.wake)
	defer stop()
	slots := make(chan struct{}, r.opts.Forks)
	var wg sync.WaitGroup
	var idle []string
	for _, name := range r.hosts() {
		switch o := r.outcome(name); {
		case o.Bad():
			continue
		case s.turns[name] == nil: // nothing to do, in no stage
			if r.through(name) {
				idle = append(idle, name)
			}
			continue
		}
		wg.Go(func() {
			for first := 0; first < len(r.stages); {
				last, err := s.wait(ctx, name, first)
				if err == nil && s.busy(name, first, last) {
					slots <- struct{}{}
					if err = s.may(name, first); err == nil {
						err = r.hooked(ctx, name, r.plays(first, last), s.rolls[first], func() error {
							return r.without(ctx, s.rolls[first], name, func() error { return r.apply(ctx, name, first, last) })
						})
					}
					<-slots
				}
				if err != nil {
					r.leaveOut(name, err)
					last = len(r.stages) - 1
				}
				first = last + 1
				s.done(ctx, name, first)
			}
			if r.through(name) && !s.stranded(name) {
				r.hostsEnded(name)
			}
		})
	}
	r.hostsEnded(idle...)
	wg.Wait()
	s.leading.Wait()
	r.bringBack(ctx, s)
}

// plays names the plays of a transaction.
func (r *Run) plays(first, last int) string {
	var names []string
	for _, s := range r.stages[first : last+1] {
		names = append(names, s.Name)
	}
	return strings.Join(names, ",")
}

// through reports whether the run does nothing more on a host after a pass.
func (r *Run) through(name string) bool {
	o := r.outcome(name)
	return o.Bad() || !r.openEnds(name) && !r.needsWays(name)
}

// apply makes what the stages change on one host, as one transaction, and notes
// what became of it. The error is what the host's later stages fail with.
func (r *Run) apply(ctx context.Context, name string, first, last int) error {
	if ctx.Err() != nil {
		err := fmt.Errorf("%s: not begun: %w", name, errInterrupted)
		r.leaveOut(name, err)
		return err
	}
	began := r.opts.Now()
	p := r.fleet.Host(name).Plan(first, last)
	id, err := r.transactionBegun(p, first, last)
	if err != nil {
		err = fmt.Errorf("%s: not begun: %w", name, err)
		r.leaveOut(name, err)
		return err
	}
	doing := "applying " + tasks.Plural(p.Count(), "change")
	if p.Count() == 0 {
		doing = "nothing to change any more; asking whether it serves"
	}
	r.opts.Event(Event{name, doing})
	turn := r.turn(name)
	turn.Lock()
	state, notes, took, err := r.carryOut(ctx, p, id)
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
			o.reached = last
			if p.Undoes() { // what most commands did cannot be put back
				o.made = append(o.made, journal.Transaction{ID: id, Rank: first, State: state})
			}
		}
	})
	r.transactionEnded(name, id, state, p.Count(), took, err)
	return err
}
