package run

import (
	"context"
	"fmt"
	"strings"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/odoo"
	"odooctl/tasks/postgresql/cluster"
)

// Status is what one host looks like, compared with the inventory.
type Status struct {
	Host    string
	State   journal.State // Unchanged where the host was read
	Pending int           // things an apply would make, change or run
	Runs    []string      // "Odoo 14.0", "PostgreSQL 15/main (port 5432)", "nginx 1.22.1"
	Drift   []string      // what runs differs from what is on disk: a forgotten reload or restart
	Expires []Expiry      // certificates on the host
	Out     []nginx.Out   // what its nginx has out of service
}

// Status describes every host of the run as it was read.
func (r *Run) Status() (list []Status) {
	for _, ih := range r.inv.Hosts {
		o := r.outcomes[ih.Name]
		if o == nil {
			continue
		}
		s := Status{Host: ih.Name, State: o.State}
		h := r.fleet.Host(ih.Name)
		if f, err := h.Facts(); err == nil {
			s.Runs = append(s.Runs, fmt.Sprintf("%s, %d CPUs, %d MB", strings.TrimSpace(f.OS+" "+f.OSVersion), f.CPUs,
				f.Memory>>20))
			if v := odoo.Packaged(f); v != "" && len(ih.OdooOf()) > 0 {
				s.Runs = append(s.Runs, "Odoo "+v)
			}
			for _, d := range ih.OdooOf() {
				if rev := odoo.SourceOf(h.Host, d); rev != "" {
					s.Runs = append(s.Runs, fmt.Sprintf("Odoo %s (%s, source %s)", d.Odoo.Version, d.Name, rev))
				}
			}
			if v := nginx.Installed(f); v != "" && len(ih.NginxOf()) > 0 {
				s.Runs = append(s.Runs, "nginx "+v)
			}
		}
		if clusters, err := cluster.Of(h.Host); err == nil && len(ih.PostgreSQLOf()) > 0 {
			for _, c := range clusters {
				where := fmt.Sprintf("port %d", c.Port)
				if !c.Running {
					where = "not running"
				}
				s.Runs = append(s.Runs, fmt.Sprintf("PostgreSQL %s (%s)", c.ID(), where))
			}
		}
		if h.Err() == nil {
			s.Pending = h.Plan(0, len(r.stages)-1).Count()
		}
		s.Drift = r.drift[ih.Name]
		s.Expires = expiries(h, r.opts.Now())
		s.Out = nginx.OutOfService(h)
		list = append(list, s)
	}
	return list
}

// Compare asks every host that was read what runs there that differs from what is on disk,
// for Status.
func (r *Run) Compare(ctx context.Context) {
	r.drift = map[string][]string{}
	var hosts []*tasks.Picture
	for _, ih := range r.inv.Hosts {
		h := r.fleet.Host(ih.Name)
		// A host that cannot be planned may be broken by what this finds.
		if _, err := h.Facts(); err == nil && r.outcomes[ih.Name] != nil {
			hosts = append(hosts, h)
		}
	}
	each(r.opts.Forks, hosts, func(h *tasks.Picture) {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		sh, err := r.shell(ctx, h.Host.Host)
		if err == nil {
			var res remote.Result
			if res, err = sh.Run(ctx, h.DriftScript(), nil); err == nil {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.drift[h.Name] = tasks.Drift(tasks.Printable(r.inv.Revealed().Hide(string(res.Stdout))))
				return
			}
		}
		r.note(h.Name, func(o *Outcome) { o.State, o.Err = failure(err), err })
	})
}
