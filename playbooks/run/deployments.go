package run

import (
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks/nginx"
	"odooctl/tasks/tunnel"
)

// Serving is whether users of a deployment reach it.
type Serving string

// The states of a deployment.
const (
	Serves     Serving = "serving"
	Partly     Serving = "partly"      // some of its hosts do not serve
	Maintained Serving = "maintenance" // its page is shown
	Down       Serving = "down"
	NotKnown   Serving = "unknown" // not all of its hosts could be read
)

// Deployment is what users of one deployment find.
type Deployment struct {
	Name    string
	State   Serving
	Hosts   []string         // of Odoo, that get requests and run
	Down    []string         // Odoo on app1, PostgreSQL on db1
	Out     []nginx.Out      // what is out of service, once each
	Tunnels []tunnel.Watched // from its Odoo hosts
	From    []string         // the hosts of these
}

// Deployments describes the deployments of which the run has read a host.
func (r *Run) Deployments(hosts []Status) (list []Deployment) {
	by := map[string]Status{}
	for _, s := range hosts {
		by[s.Host] = s
	}
	for _, d := range r.inv.Deployments {
		if v := (view{Deployment: Deployment{Name: d.Name}, by: by}); v.look(d) {
			list = append(list, v.Deployment)
		}
	}
	return list
}

// view is a deployment and the hosts by which it is judged.
type view struct {
	Deployment
	by     map[string]Status
	unread bool // not all of its hosts were read
}

// status returns what was read of a host; ok is false if nothing was.
func (v *view) status(h *inventory.Host) (s Status, ok bool) {
	s, ok = v.by[h.Name]
	ok = ok && s.Machine != ""
	v.unread = v.unread || !ok
	return s, ok
}

func (v *view) down(what string, h *inventory.Host) { v.Down = append(v.Down, what+" on "+h.Name) }

// look judges the deployment, and reports whether any of its hosts was read.
func (v *view) look(d *inventory.Deployment) (any bool) {
	fronts, dead := 0, false // nginx hosts that run; without what nothing serves
	if d.Nginx != nil {
		for _, web := range d.Nginx.Hosts {
			s, ok := v.status(web)
			any = any || ok
			if ok && s.Nginx.Down() {
				v.down("nginx", web)
			} else {
				fronts++
			}
			for _, out := range s.Out {
				if out.Deployment == d.Name && !slices.Contains(v.Out, out) {
					v.Out = append(v.Out, out)
				}
			}
		}
		dead = fronts == 0
	}
	if d.PostgreSQL != nil {
		s, ok := v.status(d.PostgreSQL.Host)
		any = any || ok
		for _, p := range s.PostgreSQL {
			if slices.Contains(p.Deployments, d.Name) && p.Down() {
				v.down("PostgreSQL", d.PostgreSQL.Host)
				dead = true
			}
		}
	}
	if d.Odoo != nil {
		hosts, odoos := v.odoos(d)
		any, dead = any || hosts, dead || !odoos
	}
	shown := slices.ContainsFunc(v.Out, func(o nginx.Out) bool { return o.Host == "" })
	switch {
	case dead:
		v.State = Down
	case shown:
		v.State = Maintained
	case v.unread:
		v.State = NotKnown
	case len(v.Down) > 0:
		v.State = Partly
	default:
		v.State = Serves
	}
	return any
}

// odoos looks at the Odoo hosts. It reports whether any was read, and whether any may serve.
func (v *view) odoos(d *inventory.Deployment) (read, serve bool) {
	for _, h := range d.Odoo.Hosts {
		s, ok := v.status(h)
		read, serve = read || ok, serve || !ok
		for _, o := range s.Odoo {
			if o.Deployment != d.Name {
				continue
			}
			what := "Odoo"
			if o.Does != "" {
				what = fmt.Sprintf("Odoo (%s)", o.Does)
			}
			switch {
			case o.Health.Down():
				v.down(what, h)
			case o.Does == "" && !v.drained(h):
				v.Hosts = append(v.Hosts, h.Name)
				serve = true
			}
		}
		for _, t := range s.Tunnels {
			if t.Deployment == d.Name {
				v.Tunnels, v.From = append(v.Tunnels, t), append(v.From, h.Name)
			}
		}
	}
	return read, serve
}

// drained reports whether a host gets no requests, nor a spare in its place.
func (v *view) drained(h *inventory.Host) bool {
	return slices.ContainsFunc(v.Out, func(o nginx.Out) bool { return o.Host == h.Name && !o.Spare })
}

// Well is how a host is, in a word: up, down, drained, or the state that kept it from being
// read or planned.
func Well(s Status, all []Deployment) string {
	drained := slices.ContainsFunc(all, func(d Deployment) bool {
		return slices.ContainsFunc(d.Out, func(o nginx.Out) bool { return o.Host == s.Host && !o.Spare })
	})
	switch {
	case len(s.Down()) > 0:
		return "down"
	case s.State != journal.Unchanged:
		return string(s.State)
	case drained:
		return "drained"
	}
	return "up"
}

