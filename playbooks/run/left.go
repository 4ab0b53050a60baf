package run

import (
	"context"
	"fmt"
	"maps"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// frontdoor is what is known of an nginx host with something out of service when it was
// planned. What was read of it may be forgotten before it is its turn.
type frontdoor struct {
	left    map[string]map[string]site.Note // by earlier runs: by deployment, and as nginx.LeftOut has it
	changed bool                            // since then, by this run
	again   bool                            // so its own changes have to be planned again
}

// noteLeft notes what is out of service on a part's nginx hosts, each time they were planned.
func (r *Run) noteLeft(p part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range p {
		delete(r.doors, h.Name)
		picture := r.fleet.Host(h.Name)
		if r.outcomes[h.Name] == nil || picture.Err() != nil {
			continue
		}
		for _, d := range picture.NginxOf() {
			if d.Odoo == nil || nginx.AllServe(picture, d) {
				continue
			}
			if r.doors[h.Name] == nil {
				r.doors[h.Name] = &frontdoor{left: map[string]map[string]site.Note{}}
			}
			r.doors[h.Name].left[d.Name] = nginx.LeftOut(picture, d)
		}
	}
}

// doorChanged notes that a side transaction has changed a host.
func (r *Run) doorChanged(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.doors[host]; d != nil {
		d.changed = true
	}
}

// outdated reports whether a plan touches nginx on a host where the run has changed who is
// out of service since it was planned: its files are no longer as they were. It is planned
// again in the next pass.
func (r *Run) outdated(p *tasks.Plan) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.doors[p.Host]
	if d == nil || !d.changed || !p.Acts(nginx.Unit) {
		return false
	}
	d.again = true
	return true
}

// postponed reports whether a host was found outdated.
func (r *Run) postponed(host string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.doors[host]
	return d != nil && d.again
}

// sendAgain has nginx send requests again to hosts that an earlier run drained for its work
// and did not undrain, and removes its page, if the Odoo behind it answers. Another run that
// is still at work holds the nginx host, and what it drained stays so. What a person took
// out stays too, and what this run resumes, it ends where it comes to it.
func (r *Run) sendAgain(ctx context.Context) {
	if changed := r.ended(ctx); len(changed) > 0 {
		r.again(ctx, changed)
	}
}

// sendLast does so once more at the end, for what did not answer before this run had started it.
func (r *Run) sendLast(ctx context.Context) {
	if len(r.stayed) > 0 && ctx.Err() == nil && r.again(ctx, r.stayed) {
		r.ended(ctx)
	}
}

// ended ends what runs left, and returns the hosts that it changed for that.
func (r *Run) ended(ctx context.Context) (changed []string) {
	for _, d := range r.inv.Deployments {
		if d.Odoo == nil {
			continue
		}
		if d.Nginx != nil {
			left, webs := map[string]site.Note{}, []string(nil)
			for _, web := range d.Nginx.Hosts {
				if own := r.leftOn(web, d); len(own) > 0 && r.reserveHost(ctx, web) == nil {
					maps.Copy(left, own)
					webs = append(webs, web.Name)
				}
			}
			changed = append(changed, webs...)
			if !r.sendAgainTo(ctx, d, left) {
				r.stayed = append(r.stayed, webs...)
			}
		}
		changed = append(changed, r.endSpares(ctx, d)...)
	}
	return changed
}

// leftOn returns what runs other than this one, and the one that it resumes, left on an nginx host.
func (r *Run) leftOn(web *inventory.Host, d *inventory.Deployment) map[string]site.Note {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.doors[web.Name] == nil {
		return nil
	}
	list := maps.Clone(r.doors[web.Name].left[d.Name])
	maps.DeleteFunc(list, func(_ string, n site.Note) bool {
		return n.Run == r.ID || n.Run == r.opts.Note.Run || n.Run == r.opts.Resumes && !r.ends
	})
	return list
}

// sendAgainTo ends what was left of one deployment. What does not answer stays out; it reports whether nothing did.
func (r *Run) sendAgainTo(ctx context.Context, d *inventory.Deployment, left map[string]site.Note) (all bool) {
	all = true
	end := func(host, what string, note site.Note, do func() error) {
		r.say(host, fmt.Sprintf("%s, %s: it did not end", what, note))
		if err := do(); err != nil {
			all = false
			r.say(host, "stays as it is: "+err.Error())
		}
	}
	for _, o := range d.Odoo.Hosts {
		note, ok := left[odoo.AddressOf(o, d)]
		switch {
		case ok && r.asked(d, o):
			end(o.Name, "is sent requests of "+d.Name+" again; its spare got them", note,
				func() error { return r.fromSpare(ctx, front{Deployment: d, settling: lingering}, o) })
		case ok:
			end(o.Name, "is sent requests of "+d.Name+" again; it got none", note,
				func() error { return r.drain(ctx, d, o, site.Up) })
		}
	}
	if note, ok := left[site.Shown]; ok {
		end("", "the maintenance page of "+d.Name+" is removed; it was shown", note,
			func() error { return r.maintain(ctx, d, true) })
	}
	return all
}
