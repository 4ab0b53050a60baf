package run

import (
	"context"
	"errors"
	"fmt"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
)

// proveWays proves the ways that hosts need to each other, from where they are used, once
// all is applied: from each host that this run changed, or that shares a deployment with
// one. A way that is not open fails the host. What was applied stays: the fault may be
// anywhere between the two.
func (r *Run) proveWays(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	var hosts []*inventory.Host
	for _, h := range r.inv.Hosts {
		if r.outcomes[h.Name] != nil && r.needsWays(h.Name) && r.touched(h) {
			hosts = append(hosts, h)
		}
	}
	each(r.opts.Forks, hosts, func(h *inventory.Host) {
		if err := r.askWays(ctx, h); err != nil {
			r.note(h.Name, func(o *Outcome) { o.State, o.Err = journal.Failed, fmt.Errorf("%s: applied, and %w", h.Name, err) })
		}
	})
}

// needsWays reports whether the ways of a host have to be proven once all is applied.
func (r *Run) needsWays(host string) bool {
	o := r.outcome(host)
	return !o.Bad() && r.fleet.Host(host).ReachScript("") != ""
}

// touched reports whether the run changed the host, or one that it shares a
// deployment with.
func (r *Run) touched(h *inventory.Host) bool {
	changed := func(h *inventory.Host) bool {
		return r.outcomes[h.Name] != nil && r.outcome(h.Name).State == journal.Changed
	}
	for peer := range h.Peers() {
		if changed(peer) {
			return true
		}
	}
	return changed(h)
}

func (r *Run) askWays(ctx context.Context, h *inventory.Host) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	nonce, err := r.random(16)
	if err != nil {
		return err
	}
	defer r.step(h.Name, "proving that its PostgreSQL lets it in")()
	host := r.fleet.Host(h.Name)
	res, err := sh.Run(ctx, host.ReachScript(nonce), nil)
	if err != nil {
		return err
	}
	return errors.Join(host.Reached(nonce, res.Stdout)...)
}
