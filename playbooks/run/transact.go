package run

import (
	"context"
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// transact runs the packed plan on its host, and confirms it if it could have cut the way
// in. What says in words what it is, until the host tells of its steps. Notes are what the host
// says about how it was done, and took how long its steps took.
func (r *Run) transact(
	ctx context.Context, p *tasks.Plan, id, what string,
) (state journal.State, notes []string, took []journal.Step, err error) {
	ctx, cancel := r.runningFor(ctx, p.Patience())
	defer cancel()
	sh, err := r.shell(ctx, r.inv.Host(p.Host))
	if err != nil {
		return failure(err), nil, nil, err
	}
	began := r.opts.Now()
	steps := r.follow(p.Host, what)
	res, err := r.patient(p.Host, r.identity(id), func(by tasks.Run) (remote.Result, error) {
		text, payload := p.Pack(by)
		return send(ctx, sh, id, text, payload, steps.line)
	})
	steps.done(string(res.Stdout))
	applied := r.opts.Now()
	r.timed(p.Host, func(t *Timings) { t.Apply += applied.Sub(began) })
	if err != nil && !told(res.Code) {
		state, err = unheard(err, "odooctl resume looks first")
		return state, nil, steps.steps, err
	}
	took, said := steps.steps, unstepped(string(res.Stdout))
	// Lines that others printed are indented; only the transaction's own are not.
	out := r.tail(strings.ReplaceAll(said, "\n  ", "\n") + string(res.Stderr))
	for line := range strings.Lines(tasks.Printable(r.inv.Revealed().Hide(said))) {
		if note, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "note: "); ok {
			notes = append(notes, note)
		}
		if kept, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "kept: "); ok {
			r.note(p.Host, func(o *Outcome) { o.Kept = append(o.Kept, kept) })
		}
	}
	state = exitState(res.Code)
	if state != journal.Changed {
		return state, notes, took, &ApplyError{Host: p.Host, State: state, Output: out, Dead: r.dead(out)}
	}
	if p.Risky() {
		if err := r.confirm(ctx, p.Host, id); err != nil {
			return journal.PutBack, notes, took, fmt.Errorf("%s: the change was not confirmed, so the host puts the old files "+
				"back by itself within a minute: %w", p.Host, err)
		}
		notes = append(notes, "confirmed over a new connection")
	}
	return state, notes, took, nil
}

// applying says in words what a plan is at, before the host tells of its steps.
func applying(p *tasks.Plan) string {
	if p.Count() == 0 {
		return "nothing to change any more; asking whether it serves"
	}
	return "applying " + tasks.Plural(p.Count(), "change")
}

// confirmWithin is shorter than the host waits.
const confirmWithin = 45 * time.Second

// confirm logs in again and keeps the change. The old connection proves nothing: sshd
// leaves it open whatever its new configuration says.
func (r *Run) confirm(ctx context.Context, host, id string) error {
	ctx, cancel := context.WithTimeout(ctx, confirmWithin)
	defer cancel()
	began := r.opts.Now()
	defer r.step(host, "logging in again to confirm")()
	defer func() {
		took := r.opts.Now().Sub(began)
		r.timed(host, func(t *Timings) { t.Confirm += took })
	}()
	sh, err := r.opts.Connect(ctx, r.inv.Host(host))
	if err != nil {
		return err
	}
	defer sh.Close()
	defer func() {
		cost := costOf(sh)
		r.timed(host, func(t *Timings) { t.RoundTrips += cost.RoundTrips })
	}()
	res, err := sh.Run(ctx, tasks.ConfirmScript(id), nil)
	if err != nil {
		return err
	}
	if res.Code != 0 {
		return fmt.Errorf("the host said: %s", r.tail(string(res.Stdout)+string(res.Stderr)))
	}
	return nil
}
