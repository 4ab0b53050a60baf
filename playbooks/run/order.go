package run

import (
	"context"
	"fmt"
	"sync"
)

// This file is the order of an apply, after Read has read and planned and the operator
// was asked. The lists below have every step, with the file that it is in.

// starting is what comes before any host is touched. If a step fails, nothing is changed.
var starting = []func(*Run, context.Context) error{
	(*Run).refuse, // refuse.go: refuses input that cannot be used
	(*Run).keep,   // options.go: writes down the passwords that planning has generated
	(*Run).open,   // record.go: calls before_run, and opens the journal
}

// passing is one pass: what is done with one plan of all hosts. If a step reports false,
// the steps after it are left out.
var passing = []func(*Run, context.Context, *schedule) bool{
	(*Run).record,      // record.go: every plan, in the journal
	(*Run).reserve,     // reserve.go: the hosts of rolling plays, for this run alone
	(*Run).watch,       // bake.go: what nginx answers before the run
	(*Run).try,         // trial.go: what rolling plays bring, beside what runs
	(*Run).applyHosts,  // below: each host, as soon as those that it needs are done
	(*Run).noteBudgets, // budget.go: what the plays that rolled have lost
	(*Run).bringBack,   // temporary.go: temporary plays of hosts that got no further
}

// onHost is what is done on a host when it is its turn, from the outside in: each step
// begins, calls the next one, and ends. Between two batches of a rolling play between.go
// has its own steps: count, bake, put back, call, wait.
var onHost = []step{
	(*Run).hooked,  // hooks.go: before_host ... after_host
	(*Run).without, // without.go: drain, wait for requests ... undrain
	(*Run).apply,   // apply.go: one transaction with its gates, confirmed over a new login
}

// ending is what comes when no host is at work any more. end, in record.go, follows: it
// closes the journal, calls after_run, releases the hosts and sends the notices.
var ending = []func(*Run, context.Context){
	(*Run).proveWays, // ways.go: proves that hosts reach each other
	(*Run).pausedIn,  // without.go: undrains what temporary plays had stopped
	(*Run).sendLast,  // left.go: ends what an earlier run left and only this one could start
}

// passes bounds how often a host is planned again for what was known only after
// an apply, such as the roles of a PostgreSQL that had to be started.
const passes = 3

// Apply applies the plans, and returns when every host is done. When ctx ends, the
// transactions in flight are finished and none is begun; see Options.Abort. The error
// reports input that cannot be used, and a journal, or new secrets, that cannot be
// written: nothing is begun then. The report is nil if nothing was begun.
func (r *Run) Apply(ctx context.Context) (*Report, error) {
	for _, step := range starting {
		if err := step(r, ctx); err != nil {
			return nil, err
		}
	}
	r.applying = true
	r.sendAgain(ctx) // left.go: ends what a run left that is gone: drained hosts, pages
	for range passes {
		s := newSchedule(r)
		for _, step := range passing {
			if !step(r, ctx, s) {
				break
			}
		}
		if !r.planAgain(ctx) {
			break
		}
	}
	for _, step := range ending {
		step(r, ctx)
	}
	return r.end(ctx)
}

// planAgain plans the hosts again for which more is known after this pass. It reports
// whether there is another pass to make.
func (r *Run) planAgain(ctx context.Context) bool {
	todo := r.unknown()
	if len(todo) == 0 {
		return false
	}
	_, done := r.with(todo)
	for _, p := range done {
		r.rest(p)
	}
	return r.again(ctx, todo)
}

// again plans hosts once more, and those that share deployments with them. If that fails,
// they are left out.
func (r *Run) again(ctx context.Context, todo []string) bool {
	err := r.replan(ctx, todo)
	if err == nil {
		err = r.opts.Keep()
	}
	if err == nil {
		return true
	}
	for _, name := range todo {
		r.leaveOut(name, fmt.Errorf("%s: not planned again: %w", name, err))
	}
	return false
}

// work is what a host does in one go: the plays from first to last, in one transaction.
type work struct {
	host        string
	first, last int    // positions of the plays
	plays       string // their names
	roll        *roll  // of the first play; nil where it does not roll
}

// step is one of onHost. next does those after it.
type step func(r *Run, ctx context.Context, w work, next func() error) error

// do runs the steps in their order.
func (r *Run) do(ctx context.Context, w work, steps []step) error {
	if len(steps) == 0 {
		return nil
	}
	return steps[0](r, ctx, w, func() error { return r.do(ctx, w, steps[1:]) })
}

// applyHosts lets every host go through its plays on its own. A host waits only for what
// its next play needs; see schedule.
func (r *Run) applyHosts(ctx context.Context, s *schedule) bool {
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
			r.applyHost(ctx, s, name, slots)
			if r.through(name) && !s.stranded(name) {
				r.hostsEnded(name)
			}
		})
	}
	r.hostsEnded(idle...)
	wg.Wait()
	s.leading.Wait()
	return true
}

// applyHost goes through the plays of one host.
func (r *Run) applyHost(ctx context.Context, s *schedule, name string, slots chan struct{}) {
	for first := 0; first < len(r.stages); {
		last, err := s.wait(ctx, name, first)
		if err == nil && s.busy(name, first, last) {
			slots <- struct{}{}
			if err = s.may(name, first); err == nil {
				err = r.do(ctx, work{name, first, last, r.plays(first, last), s.roll(name, first)}, onHost)
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
}
