package run

import (
	"context"
	"fmt"
	"maps"

	"odooctl/inventory"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// sendAgain has nginx send requests again to hosts that an earlier run drained for its work
// and did not undrain, and removes its page, if the Odoo behind it answers. Another run that
// is still at work holds the nginx host, and what it drained stays so. What a person took
// out stays too, and what this run resumes, it ends where it comes to it.
func (r *Run) sendAgain(ctx context.Context) error {
	var changed []string
	for _, d := range r.inv.Deployments {
		if d.Nginx == nil || d.Odoo == nil {
			continue
		}
		for _, web := range d.Nginx.Hosts {
			left := maps.Clone(r.left[web.Name][d.Name])
			maps.DeleteFunc(left, func(_ string, n site.Note) bool { return n.Run == r.opts.Resumes })
			if len(left) > 0 && r.reserveHost(ctx, web) == nil {
				r.sendAgainTo(ctx, d, left)
				changed = append(changed, web.Name)
			}
		}
	}
	if len(changed) > 0 {
		r.again(ctx, changed)
	}
	return nil
}

// outdated reports whether the plan of an nginx host was made while something was out of
// service there, and the run has changed that since. Then it is planned again, in the next
// pass.
func (r *Run) outdated(host string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outThen[host]
}

// changedSince notes that a side transaction has changed a host.
func (r *Run) changedSince(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.outThen[host]; ok {
		r.outThen[host] = true
	}
}

// noteLeft remembers what was left in the nginx of a part's hosts: what was read of them may
// be forgotten before it is their turn.
func (r *Run) noteLeft(p part) {
	for _, h := range p {
		picture := r.fleet.Host(h.Name)
		if r.outcomes[h.Name] == nil || picture.Err() != nil {
			continue
		}
		r.mu.Lock()
		delete(r.outThen, h.Name)
		r.mu.Unlock()
		for _, d := range picture.NginxOf() {
			if d.Odoo != nil && !nginx.AllServe(picture, d) {
				r.mu.Lock()
				r.outThen[h.Name] = false
				r.mu.Unlock()
			}
			if list := nginx.LeftOut(picture, d); d.Odoo != nil && len(list) > 0 {
				r.mu.Lock()
				if r.left[h.Name] == nil {
					r.left[h.Name] = map[string]map[string]site.Note{}
				}
				r.left[h.Name][d.Name] = list
				r.mu.Unlock()
			}
		}
	}
}

// sendAgainTo returns what one deployment's nginx was told. What cannot serve stays out.
func (r *Run) sendAgainTo(ctx context.Context, d *inventory.Deployment, left map[string]site.Note) {
	tell := func(host, what string, note site.Note, do func() error) {
		r.opts.Event(Event{host, fmt.Sprintf("%s, %s: it did not end", what, note)})
		if err := do(); err != nil {
			r.opts.Event(Event{host, "stays as it is: " + err.Error()})
		}
	}
	for _, o := range d.Odoo.Hosts {
		if note, ok := left[odoo.AddressOf(o, d)]; ok {
			tell(o.Name, "is sent requests of "+d.Name+" again; it got none", note, func() error { return r.drain(ctx, d, o, site.Up) })
		}
	}
	if note, ok := left[site.Shown]; ok {
		tell("", "the maintenance page of "+d.Name+" is removed; it was shown", note, func() error { return r.maintain(ctx, d, true) })
	}
}
