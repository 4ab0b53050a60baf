package playbooks

import (
	"context"
	"fmt"
	"sync"

	"odooctl/inventory"
	"odooctl/tasks"
)

// schedule says when a host may go on. A stage waits for the stages before it, on
// the hosts that its play names: those of the same deployments, or all. A host
// that has nothing to do there is not waited for. Stages that nobody has to wait
// in between become one transaction.
type schedule struct {
	run   *Run
	work  map[string][]bool         // per host and stage: whether it changes anything
	waits map[string][][]tasks.Wait // per host and stage: hosts to wait for inside the stage
	part  map[string][]bool         // per host and stage: whether the play concerns it

	rolls   []*roll        // per stage; nil where all hosts go at once
	leading sync.WaitGroup // batches that are through and lead on

	mu   sync.Mutex
	cond *sync.Cond
	next map[string]int // stages that a host has behind it
}

func newSchedule(r *Run) *schedule {
	s := &schedule{
		run:  r,
		work: map[string][]bool{}, part: map[string][]bool{}, waits: map[string][][]tasks.Wait{},
		next: map[string]int{},
	}
	s.cond = sync.NewCond(&s.mu)
	for name := range r.outcomes {
		work, waits := make([]bool, len(r.stages)), make([][]tasks.Wait, len(r.stages))
		s.part[name] = make([]bool, len(r.stages))
		if h := r.fleet.Host(name); h.Err() == nil && !r.outcomes[name].bad() {
			for i := range r.stages {
				p := h.Plan(i, i)
				work[i], waits[i] = !p.Empty(), p.Waits
			}
		}
		s.work[name], s.waits[name] = work, waits
	}
	for i, stage := range r.stages {
		for _, h := range stage.Hosts {
			s.part[h.Name][i] = true
			if at, out := r.opts.Drained[h.Name]; out && at == i && s.work[h.Name] != nil {
				s.work[h.Name][i] = true // it is to be put back
			}
		}
		s.rolls = append(s.rolls, s.newRoll(i))
	}
	return s
}

// busy reports whether a host changes anything in these stages.
func (s *schedule) busy(name string, first, last int) bool {
	for i := first; i <= last; i++ {
		if s.work[name][i] {
			return true
		}
	}
	return false
}

// wait blocks until the host may do the stage, and returns the last stage that it
// may do with it. The error says which host it needed in vain.
func (s *schedule) wait(ctx context.Context, name string, stage int) (last int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for told := false; ; {
		if err := s.failed(name, stage); err != nil {
			return 0, err
		}
		if ctx.Err() != nil && s.work[name][stage] {
			return 0, fmt.Errorf("%s: not begun: %w", name, errInterrupted)
		}
		peer, turn := s.blocker(name, stage), s.cond
		if r := s.rolls[stage]; peer == "" {
			if !r.has(name) {
				break
			}
			if s.begin(ctx, r); !r.closed(name) {
				break
			}
			peer, turn = r.before(name), r.turns[r.batch[name]]
		}
		if !told && peer != "" {
			told = true
			s.run.opts.Event(Event{name, "waiting for " + peer})
		}
		turn.Wait()
	}
	for last = stage; last+1 < len(s.run.stages) && s.joins(name, last, last+1); {
		last++
	}
	return last, nil
}

// joins reports whether a host may do a stage in the transaction of the one before
// it. A stage that rolls has its own.
func (s *schedule) joins(name string, stage, next int) bool {
	return !s.rolls[stage].has(name) && !s.rolls[next].has(name) && s.blocker(name, next) == "" && s.failed(name, next) == nil
}

// blocker names a host that has to be done before this one may do a stage.
func (s *schedule) blocker(name string, stage int) string {
	if !s.work[name][stage] {
		return ""
	}
	for _, w := range s.waits[name][stage] {
		if next, ok := s.next[w.Host]; s.part[w.Host] != nil && (!ok || next <= stage) {
			return w.Host
		}
	}
	for _, peer := range s.peers(name, stage) {
		for i := s.next[peer.Name]; i < stage; i++ {
			if s.work[peer.Name] != nil && s.work[peer.Name][i] {
				return peer.Name
			}
		}
	}
	return ""
}

// peers lists the hosts that a stage of a host waits for.
func (s *schedule) peers(name string, stage int) []*inventory.Host {
	if stage == 0 {
		return nil
	}
	if s.run.book.Plays[stage].After == AfterDeployment {
		return s.run.inv.Related(s.run.inv.Host(name))
	}
	var others []*inventory.Host
	for _, h := range s.run.inv.Hosts {
		if h.Name != name {
			others = append(others, h)
		}
	}
	return others
}

// failed says which host this one needs and will not get: one with a part in an
// earlier stage, or one to wait for inside the stage. Where a play waits for all
// hosts, one that failed does not stop the others.
func (s *schedule) failed(name string, stage int) error {
	if !s.work[name][stage] {
		return nil
	}
	if err := s.stopped(name, stage); err != nil {
		return err
	}
	var needed []string
	for _, w := range s.waits[name][stage] {
		needed = append(needed, w.Host)
	}
	if s.run.book.Plays[stage].After == AfterDeployment {
		for _, peer := range s.peers(name, stage) {
			for i := range stage {
				if s.part[peer.Name] != nil && s.part[peer.Name][i] {
					needed = append(needed, peer.Name)
					break
				}
			}
		}
	}
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	for _, peer := range needed {
		if o := s.run.outcomes[peer]; o != nil && o.bad() {
			return fmt.Errorf("%s: left out: it needs %s, which failed", name, peer)
		}
	}
	return nil
}

// may reports why a host that waited for its turn will not begin after all.
func (s *schedule) may(name string, stage int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed(name, stage)
}

// done notes that a host has so many stages behind it, and wakes who waits. The
// last host of a batch leads on to the next.
func (s *schedule) done(ctx context.Context, name string, stages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next[name] = stages
	for _, r := range s.rolls[:stages] {
		if r.has(name) && !r.behind[name] {
			if r.behind[name] = true; r.batch[name] == r.open && r.complete() {
				s.leading.Go(func() { s.advance(ctx, r) })
			}
		}
	}
	s.cond.Broadcast()
}

func (s *schedule) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cond.Broadcast()
	for _, r := range s.rolls {
		if r != nil {
			r.wake(true)
		}
	}
}
