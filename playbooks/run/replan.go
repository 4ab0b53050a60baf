package run

import (
	"context"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

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

// unknown lists the hosts that have to be planned again.
func (r *Run) unknown() (names []string) {
	for name, o := range r.outcomes {
		if !o.Bad() && r.needsReplan(name) {
			names = append(names, name)
		}
	}
	return names
}

// needsReplan reports whether part of a host's plan is known only after apply, or it has to be
// made again.
func (r *Run) needsReplan(host string) bool {
	return r.postponed(host) || len(r.fleet.Host(host).Plan(0, len(r.stages)-1).Unknown) > 0
}

// with divides the parts into those that have some of the hosts, and the others.
func (r *Run) with(hosts []string) (some, none []part) {
	for _, p := range r.parts {
		if slices.ContainsFunc(p, func(h *inventory.Host) bool { return slices.Contains(hosts, h.Name) }) {
			some = append(some, p)
		} else {
			none = append(none, p)
		}
	}
	return some, none
}

// replan reads and plans the hosts again, and those that share deployments with them.
func (r *Run) replan(ctx context.Context, todo []string) error {
	before := r.warnings(r.parts)
	parts, _ := r.with(todo)
	for _, p := range parts {
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
				r.say(name, w)
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

// plays names the plays of a transaction.
func (r *Run) plays(first, last int) string {
	var names []string
	for _, s := range r.stages[first : last+1] {
		names = append(names, s.Name)
	}
	return strings.Join(names, ",")
}

// through reports whether the run has nothing more to do on a host after a pass.
func (r *Run) through(name string) bool {
	o := r.outcome(name)
	return o.Bad() || !r.needsReplan(name) && !r.needsWays(name)
}
