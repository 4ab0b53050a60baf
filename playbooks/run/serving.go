package run

import (
	"cmp"
	"slices"
	"strings"

	"odooctl/inventory"
)

// This file says which hosts a play goes over one after the other: all that it changes, or
// those that serve, of each team for themselves.

// newRolls makes the rolls of a stage: none where all hosts are done at once.
func (s *schedule) newRolls(stage int) (list []*roll) {
	rolling := s.run.opts.Rolling.Over(s.run.book.Plays[stage].Rolling)
	if rolling == nil {
		return nil
	}
	hosts := s.inTurn(stage, rolling.Reverse)
	if !rolling.Serving {
		return []*roll{s.newRoll(stage, rolling, hosts)}
	}
	teams := s.run.inv.Teams()
	of, serve := map[string]int{}, make([][]string, len(teams))
	for i, team := range teams {
		for _, h := range team {
			of[h.Name] = i
		}
	}
	for _, name := range hosts {
		if s.run.serves(name, stage) {
			serve[of[name]] = append(serve[of[name]], name)
		}
	}
	for i, names := range serve {
		if len(names) > 0 {
			r := s.newRoll(stage, rolling, names)
			r.team = teams[i][0].Name
			r.name += " of " + cmp.Or(deploymentsOn(s.run.inv, teams[i]), r.team)
			list = append(list, r)
		}
	}
	return list
}

// deploymentsOn names the deployments whose Odoo is on these hosts.
func deploymentsOn(inv *inventory.Inventory, team []*inventory.Host) string {
	var names []string
	for _, d := range inv.Deployments {
		if d.Odoo != nil && slices.Contains(team, d.Odoo.Hosts[0]) {
			names = append(names, d.Name)
		}
	}
	return strings.Join(names, ", ")
}

// serves reports whether a stage interrupts an Odoo to which an nginx passes requests, or its
// PostgreSQL, or an earlier run has left the host drained.
func (r *Run) serves(name string, stage int) bool {
	at, drained := r.opts.Drained[name]
	if drained && at == stage {
		return true
	}
	h := r.inv.Host(name)
	return slices.ContainsFunc(r.inv.Deployments, func(d *inventory.Deployment) bool {
		return d.Nginx != nil && d.Odoo != nil && !d.Odoo.Rolling.Off &&
			(r.stopsOdoo(h, d, stage) || r.stopsData(h, d, stage))
	})
}

// roll returns the rolling play that has a host in a stage; nil where it is done at once.
func (s *schedule) roll(name string, stage int) *roll {
	return s.rollOf[stage][name]
}

// rolling goes through all that roll.
func (s *schedule) rolling(yield func(*roll) bool) {
	for _, list := range s.rolls {
		for _, r := range list {
			if !yield(r) {
				return
			}
		}
	}
}

// unserving names a host that shares a deployment with one that is to be drained, does not
// serve yet, and will after this stage. One that itself waits for others is not waited for.
func (s *schedule) unserving(name string, stage int) string {
	if r := s.roll(name, stage); r == nil || !r.rolling.Serving {
		return ""
	}
	for peer := range s.related(name) {
		if s.pending(peer.Name, stage) && s.roll(peer.Name, stage) == nil && len(s.waits[peer.Name][stage]) == 0 {
			return peer.Name
		}
	}
	return ""
}
