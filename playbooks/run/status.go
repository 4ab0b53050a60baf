package run

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/odoo"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/tunnel"
)

// watches are the tasks of Options.Watch: what Status tells is asked in the round of the plan.
var watches = []tasks.NamedTask{{Name: "odoo", Task: odoo.Watch{}}, {Name: "postgresql", Task: postgresql.Watch{}},
	{Name: "nginx", Task: nginx.Watch{}}}

// alsoWatch adds the stage of Options.Watch, on all hosts that the others concern.
func (r *Run) alsoWatch() {
	stage := tasks.Stage{Name: "status", Tasks: watches}
	of := map[*inventory.Host]bool{}
	for _, name := range r.hosts() {
		h := r.inv.Host(name)
		stage.Hosts = append(stage.Hosts, h)
		of[h] = true
	}
	r.stages, r.concerned = append(r.stages, stage), append(r.concerned, of)
}

// Again reads and plans everything once more, over the connections that are there.
func (r *Run) Again(ctx context.Context) error {
	r.at = r.opts.Now().UTC()
	for _, name := range r.hosts() {
		o := r.outcome(name)
		if o.Bad() {
			r.leave(name)
		}
		r.mu.Lock()
		r.outcomes[name] = &Outcome{Host: name, State: journal.Unchanged, Timings: o.Timings}
		r.failed = nil
		r.mu.Unlock()
	}
	for _, h := range r.inv.Hosts {
		r.fleet.Host(h.Name).Forget()
	}
	return r.plan(ctx, r.parts)
}

// Status is what one host looks like, compared with the inventory.
type Status struct {
	Host    string
	State   journal.State // Unchanged where the host was read
	Pending int           // things an apply would make, change or run
	Machine string        // debian 12, 4 CPUs, 8000 MB; "" where the host could not be read
	CPUs    int
	Load    float64 // the mean of the last minute; negative where it is not known

	Odoo       []odoo.Watched
	PostgreSQL []postgresql.Watched
	Nginx      *nginx.Watched // nil = none
	Tunnels    []tunnel.Watched

	Expires []Expiry    // certificates on the host
	Out     []nginx.Out // what its nginx has out of service
	Sites   []string    // the deployments that its nginx has a site of
}

// Down lists the services of the host that do not run.
func (s Status) Down() (list []tasks.Service) {
	for _, u := range s.Services() {
		if u.Down() {
			list = append(list, u)
		}
	}
	return list
}

// Drift lists what runs on the host and is not what is on its disk: a forgotten reload or
// restart, a tunnel that leads nowhere.
func (s Status) Drift() (list []string) {
	for _, u := range s.Services() {
		list = append(list, u.Drift...)
	}
	for _, t := range s.Tunnels {
		switch {
		case t.Word != "" && t.Word != tunnel.OK:
			list = append(list, fmt.Sprintf("the tunnel: %s: %s", t.Word, t.Text))
		case t.Word == "" && t.Text != "":
			list = append(list, "the tunnel: "+t.Text)
		}
	}
	return list
}

// Services lists the units of the host that the inventory asks for.
func (s Status) Services() (list []tasks.Service) {
	for _, o := range s.Odoo {
		list = append(list, o.Service)
	}
	for _, p := range s.PostgreSQL {
		list = append(list, p.Service)
	}
	if s.Nginx != nil {
		list = append(list, s.Nginx.Service)
	}
	for _, t := range s.Tunnels {
		list = append(list, t.Service)
	}
	return list
}

// Runs lists what runs on the host, in words: Odoo 14.0, PostgreSQL 15/main (port 5432).
func (s Status) Runs() (list []string) {
	if s.Machine != "" {
		list = append(list, s.Machine)
	}
	for _, o := range s.Odoo {
		switch {
		case o.Does != "" || o.Version == "":
		case o.Source != "":
			list = append(list, fmt.Sprintf("Odoo %s (%s, source %s)", o.Version, o.Deployment, o.Source))
		default:
			list = append(list, "Odoo "+o.Version)
		}
	}
	if s.Nginx != nil && s.Nginx.Version != "" {
		list = append(list, "nginx "+s.Nginx.Version)
	}
	for _, p := range s.PostgreSQL {
		where := fmt.Sprintf("port %d", p.Port)
		if p.Port == 0 {
			where = "not running"
		}
		if p.Cluster != "" {
			list = append(list, fmt.Sprintf("PostgreSQL %s (%s)", p.Cluster, where))
		}
	}
	return list
}

// hide hides secrets in what the host's programs said.
func (s Status) hide(hide func(string) string) {
	each := func(of *tasks.Service) {
		of.Says = hide(of.Says)
		for i, d := range of.Drift {
			of.Drift[i] = hide(d)
		}
	}
	for i := range s.Odoo {
		each(&s.Odoo[i].Service)
	}
	for i := range s.PostgreSQL {
		each(&s.PostgreSQL[i].Service)
	}
	if s.Nginx != nil {
		each(&s.Nginx.Service)
	}
	for i := range s.Tunnels {
		each(&s.Tunnels[i].Service)
		s.Tunnels[i].Text = hide(s.Tunnels[i].Text)
	}
}

// Status describes every host of the run as it was read. The run needs Options.Watch.
func (r *Run) Status() (list []Status) {
	for _, ih := range r.inv.Hosts {
		o := r.outcomes[ih.Name]
		if o == nil {
			continue
		}
		s := Status{Host: ih.Name, State: o.State, Load: -1}
		h := r.fleet.Host(ih.Name)
		// A host that cannot be planned may be broken by what this finds.
		var broken *tasks.TaskError
		if f, err := h.Facts(); err == nil && (h.Err() == nil || errors.As(h.Err(), &broken)) {
			s.Machine = fmt.Sprintf("%s, %d CPUs, %d MB", strings.TrimSpace(f.OS+" "+f.OSVersion), f.CPUs, f.Memory>>20)
			if s.CPUs = f.CPUs; f.Uptime > 0 {
				s.Load = f.Load
			}
			s.Odoo, s.Tunnels = odoo.Services(h.Host), odoo.Tunnels(h.Host)
			s.PostgreSQL, s.Nginx = postgresql.Services(h.Host), nginx.ServiceOf(h.Host)
			s.hide(r.inv.Revealed().Hide)
		}
		if h.Err() == nil {
			s.Pending = r.whole(h).Count()
		}
		s.Expires = expiries(h, r.opts.Now())
		s.Out, s.Sites = nginx.OutOfService(h), nginx.SitesOf(h)
		list = append(list, s)
	}
	return list
}
