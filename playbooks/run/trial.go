package run

import (
	"context"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
)

// try tries the plans of the hosts over which plays roll, before users notice anything: what
// would keep a server from running on its new files is found while the old ones are in use.
// A host on which something is wrong is left out, and nothing of it was touched. If its play
// would put back the whole run, so are the hosts that share deployments with it.
func (r *Run) try(ctx context.Context, s *schedule) bool {
	last, together := map[string]int{}, map[string]bool{}
	for b := range s.rolling {
		for name := range b.batch {
			last[name] = max(last[name], b.stage)
			together[name] = together[name] || b.rolling.RollbackRun
		}
	}
	var hosts []*inventory.Host
	for _, h := range r.inv.Hosts {
		if _, rolls := last[h.Name]; rolls {
			hosts = append(hosts, h)
		}
	}
	each(r.opts.Forks, hosts, func(h *inventory.Host) {
		err := r.tryHost(ctx, h, last[h.Name])
		if err == nil {
			return
		}
		r.leaveOut(h.Name, err)
		s.done(ctx, h.Name, len(r.stages))
		for peer := range s.related(h.Name) {
			if together[h.Name] && peer != h && s.turns[peer.Name] != nil {
				r.leaveOut(peer.Name, fmt.Errorf("%s: left out: it needs %s, which failed", peer.Name, h.Name))
				s.done(ctx, peer.Name, len(r.stages))
			}
		}
	})
	return true
}

// tryHost tries what the stages up to the last one that rolls bring to a host, and notes what
// is wrong.
func (r *Run) tryHost(ctx context.Context, h *inventory.Host, last int) error {
	id := r.ID + "-trial"
	text, payload, ok := r.fleet.Host(h.Name).Plan(0, last).Trial(r.identity(id))
	if !ok || ctx.Err() != nil {
		return nil
	}
	turn := r.turn(h.Name)
	turn.Lock()
	defer turn.Unlock()
	defer r.step(h.Name, "trying its changes beside what runs")()
	ctx, cancel := r.runningFor(ctx, 0)
	defer cancel()
	began := r.opts.Now()
	sh, err := r.shell(ctx, h)
	if err == nil {
		err = r.tried(ctx, sh, h.Name, id, text, payload)
	}
	if err != nil {
		r.note(h.Name, func(o *Outcome) { o.State, o.Err = failure(err), r.hide(err) })
	}
	r.took(h.Name, r.opts.Now().Sub(began))
	return err
}

// tried runs a trial, and returns what was wrong.
func (r *Run) tried(ctx context.Context, sh connect.Shell, host, id, text string, payload payload) error {
	res, err := send(ctx, sh, id, text, payload, nil)
	if err != nil && !told(res.Code) {
		return err
	}
	said := strings.TrimSuffix(unstepped(string(res.Stdout)), "put back\n")
	out := r.tail(strings.ReplaceAll(said, "\n  ", "\n") + string(res.Stderr))
	switch state := exitState(res.Code); state {
	case journal.Changed:
		return nil
	case journal.PutBack:
		return &TrialError{host, out}
	default:
		return &ApplyError{Host: host, State: state, Output: out}
	}
}

// TrialError says what was wrong when the plan of a host was tried.
type TrialError struct{ Host, Output string }

func (e *TrialError) Error() string {
	return fmt.Sprintf("%s: untouched: its changes were tried beside what runs: %s", e.Host, indent(e.Output))
}
