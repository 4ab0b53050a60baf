package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// This file has a spare Odoo serve while the one that users have restarts, where no other
// host of the deployment can: it is started beside it, nginx passes requests to it and back
// again, and it ends.

// place is one of the hosts of a deployment's Odoo.
type place struct{ host, deployment string }

// spare is what was known of it when it was planned.
type spare struct {
	room error // why there can be none beside the Odoo
	left bool  // an earlier run left one
}

// noteSpares notes that of a part's hosts, each time they were planned.
func (r *Run) noteSpares(p part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range p {
		picture := r.fleet.Host(h.Name)
		for _, d := range h.OdooOf() {
			at := place{h.Name, d.Name}
			delete(r.spares, at)
			if r.outcomes[h.Name] == nil || picture.Err() != nil {
				continue
			}
			s := spare{left: odoo.HasSpare(picture, d)}
			if d.Odoo.Rolling.Spare {
				s.room = odoo.Room(picture.Host, d)
			}
			r.spares[at] = s
		}
	}
}

// standsIn reports whether a spare can serve a deployment while a plan is made on a host. It
// cannot while that works on what the spare itself needs.
func (r *Run) standsIn(d *inventory.Deployment, p *tasks.Plan) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, known := r.spares[place{p.Host, d.Name}]
	return d.Odoo.Rolling.Spare && known && s.room == nil && !interrupts(p, "postgresql") &&
		!slices.ContainsFunc(p.Changes, func(c tasks.Change) bool { return c.Kind == "package" })
}

// noRoom is why no spare can serve in a place.
func (r *Run) noRoom(host string, d *inventory.Deployment) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.spares[place{host, d.Name}]; d.Odoo.Rolling.Spare && s.room != nil {
		return s.room.Error()
	}
	return ""
}

// onlyConfigures reports whether a plan changes nothing but configuration. Otherwise the new
// odoo.conf may name folders that come with the rest: its spare has the old one.
func onlyConfigures(p *tasks.Plan) bool {
	return !slices.ContainsFunc(p.Changes, func(c tasks.Change) bool {
		return c.Kind != "unit" && !strings.HasPrefix(c.Name, "/etc/")
	})
}

// toSpare starts the spare of a deployment on a host, and has nginx pass requests to it.
// Where that fails, all is as before.
func (r *Run) toSpare(ctx context.Context, f front, h *inventory.Host) error {
	err := r.spared(ctx, f.Deployment, h, &odoo.Spare{Same: f.same})
	if err != nil {
		return err
	}
	if err = r.drain(ctx, f.Deployment, h, site.Spare); err != nil {
		ctx, cancel := r.running(ctx)
		defer cancel()
		return errors.Join(err, r.fromSpare(ctx, f, h))
	}
	return nil
}

// fromSpare has nginx pass requests to the host's own Odoo again, and ends the spare when its
// requests are over.
func (r *Run) fromSpare(ctx context.Context, f front, h *inventory.Host) error {
	var none *site.NoBackendError
	var no *nginx.NoSiteError
	if err := r.drain(ctx, f.Deployment, h, site.Up); err != nil && !errors.As(err, &none) && !errors.As(err, &no) {
		return err
	}
	if err := r.settle(ctx, h, []front{f}, inventory.SparePort, f.settling); err != nil {
		r.say(h.Name, err.Error())
	}
	return r.endSpare(ctx, f.Deployment, h)
}

func (r *Run) endSpare(ctx context.Context, d *inventory.Deployment, h *inventory.Host) error {
	if err := r.spared(ctx, d, h, &odoo.Spare{Off: true}); err != nil {
		return fmt.Errorf("the spare Odoo of %s is still there, and the next apply ends it: %w", d.Name, err)
	}
	return nil
}

func (r *Run) spared(ctx context.Context, d *inventory.Deployment, h *inventory.Host, task *odoo.Spare) error {
	task.Deployment = d.Name
	return r.sideTransactions(ctx, playbooks.Spare(h.Name, task))
}

// lingering is how long the requests of a spare that an earlier run left are waited for.
const lingering = 30 * time.Second

// endSpares ends the spares of a deployment that earlier runs left, and reports on which
// hosts. One that nginx passes requests to serves for another run, or the one that is
// resumed, or because its Odoo does not answer.
func (r *Run) endSpares(ctx context.Context, d *inventory.Deployment) (changed []string) {
	for _, o := range d.Odoo.Hosts {
		r.mu.Lock()
		left := r.spares[place{o.Name, d.Name}].left
		r.mu.Unlock()
		if !left || r.asked(d, o) || r.reserveHost(ctx, o) != nil {
			continue
		}
		r.say(o.Name, "the spare Odoo of "+d.Name+" is ended: the run that started it did not end")
		if err := r.endSpare(ctx, d, o); err != nil {
			r.say(o.Name, err.Error())
		}
		changed = append(changed, o.Name)
	}
	return changed
}

// asked reports whether an nginx of a deployment passes requests to the spare of a host, as
// it was planned. One that is not in the run may.
func (r *Run) asked(d *inventory.Deployment, o *inventory.Host) bool {
	return d.Nginx != nil && slices.ContainsFunc(d.Nginx.Hosts, func(web *inventory.Host) bool {
		picture := r.fleet.Host(web.Name)
		return r.outcomes[web.Name] == nil || picture.Err() != nil || nginx.OnSpare(picture, d, o)
	})
}
