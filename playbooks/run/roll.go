package run

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"odooctl/playbooks"
)

// roll is a rolling play at work. A nil roll has no host, and holds none back.
type roll struct {
	name    string // of the play
	rolling *playbooks.Rolling
	stage   int
	team    string // the first of the hosts that roll for themselves; "" = all of the play
	batches [][]string
	batch   map[string]int  // of each host, from 0
	behind  map[string]bool // hosts that are done
	begun   bool            // its first batch may begin, or never will
	open    int             // the batch at work; -1: none yet
	err     error           // why no further host may begin
	turns   []*sync.Cond    // of each batch: wakes its hosts when they may begin, or never will
}

// newRoll cuts hosts that a stage changes into batches, or takes those of the run that is
// resumed.
func (s *schedule) newRoll(stage int, rolling *playbooks.Rolling, hosts []string) *roll {
	r := &roll{
		name: s.run.book.Plays[stage].Name, rolling: rolling, stage: stage, open: -1,
		batch: map[string]int{}, behind: map[string]bool{},
	}
	for _, was := range s.run.opts.Batches[stage] {
		again := slices.DeleteFunc(slices.Clone(was), func(name string) bool { return !slices.Contains(hosts, name) })
		hosts = slices.DeleteFunc(hosts, func(name string) bool { return slices.Contains(again, name) })
		if len(again) > 0 {
			r.batches = append(r.batches, again)
		}
	}
	r.batches = append(r.batches, playbooks.Cut(hosts, rolling.Batches)...)
	for i, b := range r.batches {
		r.turns = append(r.turns, sync.NewCond(&s.mu))
		for _, name := range b {
			r.batch[name] = i
		}
	}
	return r
}

// inTurn lists the hosts that a stage changes in the inventory's order, or from its
// end. One that another host waits for inside the stage comes before it.
func (s *schedule) inTurn(stage int, reverse bool) (list []string) {
	hosts := slices.Clone(s.run.stages[stage].Hosts)
	if reverse {
		slices.Reverse(hosts)
	}
	seen := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if seen[name] || s.work[name] == nil || !s.work[name][stage] {
			return
		}
		seen[name] = true
		for _, w := range s.waits[name][stage] {
			add(w.Host)
		}
		list = append(list, name)
	}
	for _, h := range hosts {
		add(h.Name)
	}
	return list
}

// key is the same in every pass.
func (r *roll) key() string { return fmt.Sprint(r.stage, r.team) }

func (r *roll) has(name string) bool {
	if r == nil {
		return false
	}
	_, ok := r.batch[name]
	return ok
}

// closed reports whether the batch of a host may not begin yet.
func (r *roll) closed(name string) bool { return r.has(name) && r.batch[name] > r.open }

// before names what a host waits for until its batch may begin; "" = nothing that takes
// long.
func (r *roll) before(name string) string {
	if r.batch[name] == 0 {
		return ""
	}
	return fmt.Sprintf("batch %d of %d", r.batch[name], len(r.batches))
}

// wake wakes the hosts of the batch at work, or of all batches if the play stops.
func (r *roll) wake(all bool) {
	for i, turn := range r.turns {
		if all || i == r.open {
			turn.Broadcast()
		}
	}
}

// title names the batch at work, for a person.
func (r *roll) title() string {
	return fmt.Sprintf("%s, batch %d of %d", r.name, r.open+1, len(r.batches))
}

// stop says why a play stops.
func (r *roll) stop(format string, args ...any) error {
	where := "before its first batch"
	if r.open >= 0 {
		where = fmt.Sprintf("in batch %d of %d", r.open+1, len(r.batches))
	}
	return fmt.Errorf("%s stopped %s: %w", r.name, where, fmt.Errorf(format, args...))
}

// complete reports whether all hosts of the batch at work are done.
func (r *roll) complete() bool {
	return r != nil && r.err == nil && r.open >= 0 && r.open < len(r.batches) &&
		!slices.ContainsFunc(r.batches[r.open], func(name string) bool { return !r.behind[name] })
}

// stopped says why a host that has not begun a stage will not.
func (s *schedule) stopped(name string, stage int) error {
	r := s.roll(name, stage)
	if r == nil {
		return nil
	}
	err := r.err
	if err == nil {
		err = s.spent(r)
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: untouched: %w", name, err)
}

// begin lets the first batch of a play begin when its first host may.
func (s *schedule) begin(ctx context.Context, r *roll) {
	if r != nil && !r.begun {
		r.begun = true
		s.leading.Go(func() { s.advance(ctx, r) })
	}
}

// advance goes from a batch whose hosts are done to the next that has some that are not.
func (s *schedule) advance(ctx context.Context, r *roll) {
	for more := true; more; {
		err := s.between(ctx, r)
		s.mu.Lock()
		if r.err = err; err == nil {
			r.open++
			s.run.batchBegun(r)
		}
		more = r.complete()
		r.wake(err != nil)
		s.mu.Unlock()
	}
}
