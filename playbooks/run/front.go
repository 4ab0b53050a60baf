package run

import (
	"context"
	"slices"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// front is a deployment whose nginx is between a host and its users.
type front struct {
	*inventory.Deployment
	page  bool // no other host can serve: users see the maintenance page
	data  bool // the host has the deployment's databases
	spare bool // no other host can serve, but a spare Odoo beside the host's own
	same  bool // with the odoo.conf that the host has now

	settling time.Duration // how long requests are waited for
}

// fronts lists the deployments whose nginx has to be told before a play works on a host:
// nginx sends requests to the deployment's other Odoo hosts or, if there are none and the
// play interrupts service, to a spare Odoo, or shows the maintenance page. A host that an
// earlier run left drained gets requests again from all of these.
func (r *Run) fronts(b *roll, h *inventory.Host) (list []front) {
	_, again := r.opts.Drained[h.Name]
	p := r.fleet.Host(h.Name).Plan(b.stage, b.stage)
	for _, d := range r.inv.Deployments {
		if d.Nginx == nil || d.Odoo == nil {
			continue
		}
		data := d.PostgreSQL != nil && d.PostgreSQL.Host == h && (again || interrupts(p, "postgresql"))
		serves := slices.Contains(d.Odoo.Hosts, h)
		last := serves && !r.another(b, d, h)
		if data || serves && last && (again || interrupts(p, "odoo")) {
			f := front{Deployment: d, page: true, data: data, settling: b.rolling.Drain}
			if !data && r.standsIn(d, p) {
				f.page, f.spare, f.same = false, true, !onlyConfigures(p)
			}
			list = append(list, f)
		}
		if serves && !last && (again || !data) {
			list = append(list, front{Deployment: d})
		}
	}
	return list
}

// another reports whether another host of a deployment can serve while one does not: none
// that failed in this run counts, and none while all wait for work on the databases.
func (r *Run) another(b *roll, d *inventory.Deployment, h *inventory.Host) bool {
	for _, c := range r.fleet.Host(h.Name).Plan(b.stage, b.stage).Commands {
		if slices.ContainsFunc(c.Stops, func(unit string) bool { return strings.HasPrefix(unit, "odoo") }) {
			return false
		}
	}
	return slices.ContainsFunc(d.Odoo.Hosts, func(o *inventory.Host) bool {
		if r.outcomes[o.Name] == nil { // not in this run
			return o != h
		}
		is := r.outcome(o.Name)
		return o != h && !is.Bad()
	})
}

// interrupts reports whether a plan interrupts services whose names begin with a prefix.
// What a command does is not known: it may.
func interrupts(p *tasks.Plan, services string) bool {
	if len(p.Commands) > 0 || p.Reboot != nil || p.Stops(services) {
		return true
	}
	return slices.ContainsFunc(p.Actions, func(a tasks.Action) bool {
		return a.Verb != string(tasks.Reload) && strings.HasPrefix(a.Unit, services)
	})
}

// stands reports whether a play that should have started an Odoo that did not run was put
// back on a host: it does not serve.
func (r *Run) stands(b *roll, name string) bool {
	p := r.fleet.Host(name).Plan(b.stage, b.stage)
	return r.outcome(name).State == journal.PutBack && slices.ContainsFunc(p.Actions, func(a tasks.Action) bool {
		return a.Verb == "start" && strings.HasPrefix(a.Unit, "odoo")
	})
}

// takes tells a person what draining the host means.
func (f front) takes() string {
	switch {
	case f.page:
		return f.Name + " shows its maintenance page"
	case f.spare:
		return "a spare Odoo of " + f.Name + " serves in its place"
	}
	return "taken out of the nginx of " + f.Name
}

// opens tells a person how the host gets requests again.
func opens(list []front) string {
	switch {
	case slices.ContainsFunc(list, func(f front) bool { return f.page }):
		return "odooctl maintenance --off removes the page"
	case slices.ContainsFunc(list, func(f front) bool { return f.spare }):
		return "its spare Odoo serves; the next apply sends it requests again once it answers, and ends the spare"
	}
	return "odooctl undrain sends it requests again"
}

// turnAway keeps users from the host.
func (r *Run) turnAway(ctx context.Context, f front, h *inventory.Host) error {
	switch {
	case f.page:
		return r.maintain(ctx, f.Deployment, false)
	case f.spare:
		return r.toSpare(ctx, f, h)
	}
	return r.drain(ctx, f.Deployment, h, site.Down)
}

// letIn lets them come again.
func (r *Run) letIn(ctx context.Context, f front, h *inventory.Host) error {
	switch {
	case f.page:
		return r.maintain(ctx, f.Deployment, true)
	case f.spare:
		return r.fromSpare(ctx, f, h)
	}
	return r.drain(ctx, f.Deployment, h, site.Up)
}

// by is who the run takes something out of service for.
func (r *Run) by() site.Note {
	who, _, _ := strings.Cut(r.opts.Who, " ") // without since when the run is at work
	return site.Note{Who: who, Run: r.ID}
}

func (r *Run) drain(ctx context.Context, d *inventory.Deployment, h *inventory.Host, to site.State) error {
	book, err := playbooks.Drain(r.inv, d.Name, h.Name, to, r.by())
	if err != nil {
		return err
	}
	return r.sideTransactions(ctx, book)
}

func (r *Run) maintain(ctx context.Context, d *inventory.Deployment, off bool) error {
	book, err := playbooks.Maintenance(r.inv, d.Name, off, r.by())
	if err != nil {
		return err
	}
	return r.sideTransactions(ctx, book)
}
