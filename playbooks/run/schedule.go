package run

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
)

// schedule says when a host may go on. A stage waits for the stages before it, on the hosts
// that its play names: those of the same deployments, or all. A host that has nothing to do
// there is not waited for. Stages between which no wait is needed become one transaction.
type schedule struct {
	run   *Run
	work  map[string][]bool         // per host and stage: whether it changes anything
	waits map[string][][]tasks.Wait // per host and stage: hosts to wait for inside the stage
	boots map[string][]bool         // per host and stage: whether it is rebooted
	part  map[string][]bool         // per host and stage: whether the play concerns it

	rolls   [][]*roll          // per stage; none where all hosts are done at once
	rollOf  []map[string]*roll // per stage and host
	leading sync.WaitGroup     // batches that are done and start the next

	mu    sync.Mutex
	turns map[string]*sync.Cond // per host that changes anything: wakes it
	next  map[string]int        // stages that a host has behind it
	left  []int                 // per stage: how many hosts change something there and have not done it
	from  []int                 // per stage: no host of the inventory before this one is among them
	after map[string][]string   // per host: hosts that wait for it inside a stage
}

func newSchedule(r *Run) *schedule {
	s := &schedule{
		run:  r,
		work: map[string][]bool{}, part: map[string][]bool{}, waits: map[string][][]tasks.Wait{}, boots: map[string][]bool{},
		next: map[string]int{}, left: make([]int, len(r.stages)), from: make([]int, len(r.stages)),
		turns: map[string]*sync.Cond{}, after: map[string][]string{},
	}
	nothing := make([]bool, len(r.stages))
	for name := range r.outcomes {
		s.part[name] = make([]bool, len(r.stages))
		h := r.fleet.Host(name)
		able := h.Err() == nil && !r.outcomes[name].Bad()
		if _, drained := r.opts.Drained[name]; !drained && !(able && r.works(h)) {
			s.work[name] = nothing
			continue
		}
		work, waits := make([]bool, len(r.stages)), make([][]tasks.Wait, len(r.stages))
		for i := range r.stages {
			if able {
				p := h.Plan(i, i)
				work[i], waits[i] = !p.Empty(), p.Waits
				if p.Reboot != nil {
					s.boots[name] = append(s.boots[name], make([]bool, i+1-len(s.boots[name]))...)
					s.boots[name][i] = true
				}
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
		rolls, of := s.newRolls(i), map[string]*roll{}
		for _, r := range rolls {
			for name := range r.batch {
				of[name] = r
			}
		}
		s.rolls, s.rollOf = append(s.rolls, rolls), append(s.rollOf, of)
	}
	for name, work := range s.work {
		if !s.busy(name, 0, len(work)-1) {
			s.next[name] = len(work)
			continue
		}
		s.turns[name] = sync.NewCond(&s.mu)
		for i, works := range work {
			if works {
				s.left[i]++
			}
			for _, w := range s.waits[name][i] {
				s.after[w.Host] = append(s.after[w.Host], name)
			}
		}
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

// wait blocks until the host may do the stage, and returns the last stage that it may do
// together with it. The error names a host that it needs and that failed.
func (s *schedule) wait(ctx context.Context, name string, stage int) (last int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	told, end := "", func() {}
	defer func() { end() }()
	for {
		if err := s.failed(name, stage); err != nil {
			return 0, err
		}
		if ctx.Err() != nil && s.work[name][stage] {
			return 0, fmt.Errorf("%s: not begun: %w", name, errInterrupted)
		}
		peer, turn := s.blocker(name, stage), s.turns[name]
		if r := s.roll(name, stage); peer == "" {
			if r == nil {
				break
			}
			if s.begin(ctx, r); !r.closed(name) {
				break
			}
			peer, turn = r.before(name), r.turns[r.batch[name]]
		}
		if peer != "" {
			if text := s.blockers(name, stage, peer); text != told {
				end()
				told, end = text, s.run.step(name, "waiting for "+text)
			}
		}
		turn.Wait()
	}
	for last = stage; last+1 < len(s.run.stages) && s.joins(name, last, last+1); {
		last++
	}
	return last, nil
}

// joins reports whether a host may do a stage in the transaction of the one before it. A
// stage that rolls has its own, and so has one that may be undone; no stage joins one in
// which the host is rebooted.
func (s *schedule) joins(name string, stage, next int) bool {
	return !s.reboots(name, stage) && !s.temporary(name, stage) && !s.temporary(name, next) &&
		s.roll(name, stage) == nil && s.roll(name, next) == nil && s.blocker(name, next) == "" && s.failed(name, next) == nil
}

// reboots reports whether a host is rebooted in a stage: what comes after it is another
// transaction.
func (s *schedule) reboots(name string, stage int) bool {
	return stage < len(s.boots[name]) && s.boots[name][stage]
}

// temporary reports whether what a stage does to a host may be undone in the end.
func (s *schedule) temporary(name string, stage int) bool {
	return s.run.book.Plays[stage].Temporary && s.work[name][stage]
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
	if peer := s.unserving(name, stage); peer != "" {
		return peer
	}
	if s.run.book.Plays[stage].After != playbooks.AfterDeployment {
		return s.earlier(name, stage)
	}
	for peer := range s.related(name) {
		for i := range stage {
			if s.pending(peer.Name, i) {
				return peer.Name
			}
		}
	}
	return ""
}

// blockers names what a host waits for in words: the first, which blocker or the batch has named,
// and the others of its deployments that come before it.
func (s *schedule) blockers(name string, stage int, first string) string {
	list := []string{first}
	add := func(peer string) {
		if !slices.Contains(list, peer) {
			list = append(list, peer)
		}
	}
	for _, w := range s.waits[name][stage] {
		if next, ok := s.next[w.Host]; s.part[w.Host] != nil && (!ok || next <= stage) {
			add(w.Host)
		}
	}
	if s.run.book.Plays[stage].After == playbooks.AfterDeployment {
		for peer := range s.related(name) {
			for i := range stage {
				if s.pending(peer.Name, i) {
					add(peer.Name)
				}
			}
		}
	}
	const named = 5
	if more := len(list) - named; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:named], ", "), more)
	}
	return strings.Join(list, ", ")
}

// pending reports whether a host changes something in a stage and has not done it yet.
func (s *schedule) pending(name string, stage int) bool {
	return s.work[name] != nil && s.work[name][stage] && s.next[name] <= stage
}

// earlier names a host, other than this one, that has work left in the stages before this
// one. A host that is done stays done, so no host but this one is looked at twice.
func (s *schedule) earlier(name string, stage int) string {
	hosts := s.run.inv.Hosts
	for i := range stage {
		for s.from[i] < len(hosts) && !s.pending(hosts[s.from[i]].Name, i) {
			s.from[i]++
		}
		for _, h := range hosts[s.from[i]:] {
			if h.Name != name && s.pending(h.Name, i) {
				return h.Name
			}
		}
	}
	return ""
}

// related goes through the hosts that share a deployment with this one.
func (s *schedule) related(name string) iter.Seq[*inventory.Host] {
	return s.run.inv.Host(name).Peers()
}

// failed names a failed host that this one needs: one with a part in an earlier stage, or
// one to wait for inside the stage. Where a play waits for all hosts, one that failed does
// not stop the others.
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
	if stage > 0 && s.run.book.Plays[stage].After == playbooks.AfterDeployment {
		for peer := range s.related(name) {
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
		if o := s.run.outcomes[peer]; o != nil && o.Bad() {
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

// done notes how many stages a host has done, and wakes the hosts that may wait for that.
// The last host of a batch starts the next batch.
func (s *schedule) done(ctx context.Context, name string, stages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := false
	for i := s.next[name]; i < stages; i++ {
		if s.work[name][i] {
			s.left[i]--
			over = over || s.left[i] == 0
		}
	}
	s.next[name] = stages
	for i := range stages {
		if r := s.roll(name, i); r != nil && !r.behind[name] {
			if r.behind[name] = true; r.batch[name] == r.open && r.complete() {
				s.leading.Go(func() { s.advance(ctx, r) })
			}
		}
	}
	if over { // a stage, for all hosts
		s.wakeAll()
		return
	}
	for peer := range s.related(name) {
		s.wakeOne(peer.Name)
	}
	for _, waiting := range s.after[name] {
		s.wakeOne(waiting)
	}
}
