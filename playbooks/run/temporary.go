package run

import (
	"context"
	"slices"

	"odooctl/playbooks/journal"
)

// stranded reports whether a temporary play was the last that changed a host: an Odoo, say,
// that is stopped for an update that failed elsewhere.
func (s *schedule) stranded(name string) bool {
	o := s.run.outcome(name)
	return o.Bad() && len(o.made) > 0 && o.made[len(o.made)-1].Rank == o.reached && s.temporary(name, o.reached)
}

// bringBack undoes temporary plays on the hosts that got no further, when no host is at
// work any more. If one of their deployments did get further, or its state is not known,
// they stay as they are: an Odoo with the old code must not run beside one with the new.
func (r *Run) bringBack(ctx context.Context, s *schedule) bool {
	var names []string
	for name := range s.turns {
		if s.stranded(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	each(r.opts.Forks, names, func(name string) {
		rank := r.outcome(name).reached
		play := r.book.Plays[rank].Name
		if peer := r.beyond(name, rank); peer == "" {
			r.putPlayBack(ctx, name, rank, "the run got no further than "+play)
		} else {
			r.say(name, "stays as "+play+" left it, because "+peer+
				" got further: odooctl resume continues")
		}
		r.hostsEnded(name)
	})
	return true
}

// beyond names a host of the same deployments that a later play has changed, or may
// have.
func (r *Run) beyond(name string, rank int) string {
	for peer := range r.inv.Host(name).Peers() {
		if r.outcomes[peer.Name] == nil {
			continue
		}
		if o := r.outcome(peer.Name); o.State == journal.Unknown || o.State == journal.NotPutBack || o.reached > rank {
			return peer.Name
		}
	}
	return ""
}
