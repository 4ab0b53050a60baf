package run

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// part is a set of hosts that are read and planned together because they share
// deployments, and apart from all others. A run goes through its parts one after the
// other, as many at once as Options.Forks allows: this, and not the size of the fleet,
// determines how much memory it takes and how many connections are open.
type part []*inventory.Host

// cut makes the parts of a run.
func (r *Run) cut() (list []part) {
	if r.book.Together {
		return []part{r.inv.Hosts}
	}
	for _, island := range r.inv.Islands() {
		if slices.ContainsFunc(island, func(h *inventory.Host) bool { return r.outcomes[h.Name] != nil }) {
			list = append(list, island)
		}
	}
	return list
}

// of returns the stages of the run on the hosts of a part.
func (p part) of(r *Run) []tasks.Stage {
	stages := make([]tasks.Stage, len(r.stages))
	for i, s := range r.stages {
		stages[i] = tasks.Stage{Name: s.Name, Tasks: s.Tasks}
		for _, h := range p {
			if r.concerned[i][h] {
				stages[i].Hosts = append(stages[i].Hosts, h)
			}
		}
	}
	return stages
}

// plan reads and plans parts.
func (r *Run) plan(ctx context.Context, parts []part) error {
	var mu sync.Mutex
	var fault error
	var all sync.WaitGroup
	slots := make(chan struct{}, r.opts.Forks)
	for _, p := range parts {
		wide := min(len(p), r.opts.Forks)
		for range wide {
			slots <- struct{}{}
		}
		all.Go(func() {
			err := r.planPart(ctx, p)
			mu.Lock()
			if fault == nil {
				fault = err
			}
			mu.Unlock()
			for range wide {
				<-slots
			}
		})
	}
	all.Wait()
	if fault != nil {
		return fault
	}
	return ctx.Err()
}

// rounds bounds how often a host is asked again. A task that finds its path in
// another file takes two.
const rounds = 8

// planPart reads and plans until no task asks for anything that was not read.
func (r *Run) planPart(ctx context.Context, p part) error {
	fleet, stages := r.fleet.Part(p), p.of(r)
	for range rounds {
		began := r.opts.Now()
		asking := fleet.Plan(stages)
		r.planned(r.opts.Now().Sub(began))
		if len(asking) == 0 {
			r.noteFailures(p)
			r.noteLeft(p)
			r.noteSpares(p)
			r.tellRead(p)
			r.release(p)
			return nil
		}
		each(r.opts.Forks, asking, func(h *tasks.Picture) {
			if err := r.read(ctx, h); err != nil {
				h.Fail(err)
			}
		})
	}
	return fmt.Errorf("plan: tasks still ask for more after %d rounds of reading", rounds)
}

// tellRead tells that the hosts of a part were read and planned, or could not be.
func (r *Run) tellRead(p part) {
	for _, h := range p {
		if r.outcomes[h.Name] == nil {
			continue
		}
		e := Event{Type: journal.HostRead, Host: h.Name, State: r.outcome(h.Name).State}
		if picture := r.fleet.Host(h.Name); picture.Err() == nil {
			e.Changes = r.whole(picture).Count()
		}
		r.tell(e)
	}
}

// idle is how many connections a run keeps for later, in addition to those at work. A host
// beyond them is logged in to again when it is its turn.
const idle = 200

// release ends the connections to hosts for which there is nothing to do, or that could not
// be planned, and those that are too many to keep. If the run only plans, it also frees
// what was read of these hosts. Once it applies it keeps its connections: a shell may hold
// the lock of its host.
func (r *Run) release(p part) {
	busy := false
	for _, h := range p {
		o := r.outcomes[h.Name]
		picture := r.fleet.Host(h.Name)
		_, drained := r.opts.Drained[h.Name] // it is asked whether it serves, whatever changes
		busy = busy || drained || o != nil && picture.Err() == nil && (r.works(picture) || len(r.whole(picture).Unknown) > 0)
	}
	if !busy && r.opts.PlansOnly {
		r.rest(p)
	}
	if !r.applying && (!busy || r.connections() > idle) {
		for _, h := range p {
			r.leave(h.Name)
		}
	}
}

// whole is the plan of a host over all stages.
func (r *Run) whole(h *tasks.Picture) *tasks.Plan { return h.Plan(0, len(r.stages)-1) }

// works reports whether any stage changes something on a host, even if a later one
// reverses it.
func (r *Run) works(h *tasks.Picture) bool {
	if !r.whole(h).Empty() {
		return true
	}
	for i := range r.stages {
		if !h.Plan(i, i).Empty() {
			return true
		}
	}
	return false
}

// rest frees what was read of the hosts of a part.
func (r *Run) rest(p part) {
	for _, h := range p {
		if r.outcomes[h.Name] != nil {
			r.fleet.Host(h.Name).Rest()
		}
	}
}
