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
	NotYet     Serving = "not set up" // no nginx has a site of it
	NotKnown   Serving = "unknown"    // not all of its hosts could be read
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

// Deployments describes the deployments that have a host in the run.
func (r *Run) Deployments(hosts []Status) (list []Deployment) {
	by := map[string]Status{}
	for _, s := range hosts {
		by[s.Host] = s
	}
	for _, d := range r.inv.Deployments {
		v := view{Deployment: Deployment{Name: d.Name}, by: by}
		if v.look(d); v.seen {
			list = append(list, v.Deployment)
		}
	}
	return list
}

// view is a deployment and the hosts by which it is judged.
type view struct {
	Deployment
	by     map[string]Status
	seen   bool // one of its hosts is in the run
	unread bool // not all of them were read
}

// status returns what was read of a host; ok is false if nothing was.
func (v *view) status(h *inventory.Host) (s Status, ok bool) {
	s, ok = v.by[h.Name]
	v.seen = v.seen || ok
	ok = ok && s.Machine != ""
	v.unread = v.unread || !ok
	return s, ok
}

func (v *view) down(what string, h *inventory.Host) { v.Down = append(v.Down, what+" on "+h.Name) }

// look judges the deployment.
func (v *view) look(d *inventory.Deployment) {
	fronts, sites, dead := 0, 0, false // nginx hosts that run, and that may have a site; whether nothing serves
	if d.Nginx != nil {
		for _, web := range d.Nginx.Hosts {
			s, ok := v.status(web)
			if !ok || slices.Contains(s.Sites, d.Name) {
				sites++
			}
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
		s, _ := v.status(d.PostgreSQL.Host)
		for _, p := range s.PostgreSQL {
			if slices.Contains(p.Deployments, d.Name) && p.Down() {
				v.down("PostgreSQL", d.PostgreSQL.Host)
				dead = true
			}
		}
	}
	if d.Odoo != nil {
		dead = !v.odoos(d) || dead
	}
	shown := slices.ContainsFunc(v.Out, func(o nginx.Out) bool { return o.Host == "" })
	switch {
	case d.Nginx != nil && sites == 0:
		v.State = NotYet
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
}

// odoos looks at the Odoo hosts. It reports whether any may serve.
func (v *view) odoos(d *inventory.Deployment) (serve bool) {
	for _, h := range d.Odoo.Hosts {
		s, ok := v.status(h)
		serve = serve || !ok || slices.ContainsFunc(v.Out, func(o nginx.Out) bool { return o.Host == h.Name && o.Spare })
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
	return serve
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
