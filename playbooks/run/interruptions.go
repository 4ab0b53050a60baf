package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
)

// Interruption is what the users of a deployment behind nginx will notice of a run.
type Interruption struct {
	Deployment string
	Notice     Notice
	Hosts      []string      // whose Odoo, PostgreSQL or nginx is interrupted so that users notice this
	Lasted     time.Duration // how long the page was shown by an earlier run; 0 = not known
	Run        string        // that run
	Spare      bool          // a spare Odoo serves meanwhile
	NoSpare    string        // why none serves, though the inventory wants it; "" = it does not
}

// Notice is what users notice.
type Notice string

// From good to bad.
const (
	NoticeNothing Notice = "nothing" // other hosts serve meanwhile
	NoticePage    Notice = "page"    // the maintenance page
	NoticeOutage  Notice = "outage"  // errors
)

// Worse compares two notices: it is positive if n is worse for users than the other one.
func (n Notice) Worse(than Notice) int {
	order := []Notice{"", NoticeNothing, NoticePage, NoticeOutage}
	return slices.Index(order, n) - slices.Index(order, than)
}

// Interruptions lists what users will notice if the plans are applied, by deployment in the
// inventory's order. Those that are not interrupted are not in it.
func (r *Run) Interruptions() (list []Interruption) {
	s := newSchedule(r)
	for _, d := range r.inv.Deployments {
		if d.Odoo == nil || d.Nginx == nil {
			continue
		}
		i := Interruption{Deployment: d.Name}
		for stage := range r.stages {
			for _, h := range d.Odoo.Hosts {
				i.add(s, h, d, stage, r.stopsOdoo(h, d, stage))
			}
			if p := d.PostgreSQL; p != nil && p.Host != nil {
				i.add(s, p.Host, d, stage, r.stopsData(p.Host, d, stage))
			}
			for _, web := range d.Nginx.Hosts { // nothing is in front of nginx
				if p := r.planOf(web, stage); p.Reboot != nil || stopsNginx(p) {
					i.worse(NoticeOutage, web.Name)
				}
			}
		}
		if i.Notice == NoticePage {
			i.Lasted, i.Run = r.pageLasted(d.Name)
		}
		if i.Notice != "" {
			list = append(list, i)
		}
	}
	return list
}

// add takes in that a stage interrupts a host.
func (i *Interruption) add(s *schedule, h *inventory.Host, d *inventory.Deployment, stage int, interrupted bool) {
	if !interrupted {
		return
	}
	notice, has, no := NoticeOutage, false, ""
	if b := s.roll(h.Name, stage); b != nil && b.rolling.Drain > 0 {
		notice = NoticeNothing
		for _, f := range s.run.fronts(b, h) {
			switch {
			case f.Deployment == d && f.page:
				notice, no = NoticePage, s.run.noRoom(h.Name, d)
			case f.Deployment == d && f.spare:
				has = true
			}
		}
	}
	if i.worse(notice, h.Name) {
		i.Spare, i.NoSpare = has, no
	}
}

// worse takes in what users notice of a host, and reports whether that is the worst so far.
func (i *Interruption) worse(notice Notice, host string) bool {
	switch than := notice.Worse(i.Notice); {
	case than > 0:
		i.Notice, i.Hosts, i.Spare, i.NoSpare = notice, []string{host}, false, ""
		return true
	case than == 0 && !slices.Contains(i.Hosts, host):
		i.Hosts = append(i.Hosts, host)
	}
	return false
}

// stopsNginx reports whether a plan restarts nginx; a reload loses no request.
func stopsNginx(p *tasks.Plan) bool {
	return slices.ContainsFunc(p.Actions, func(a tasks.Action) bool {
		return a.Unit == nginx.Unit && a.Verb == string(tasks.Restart)
	})
}

// String says it to a person.
func (i Interruption) String() string {
	hosts, restart := strings.Join(i.Hosts, ", "), "restart"
	if len(i.Hosts) == 1 {
		restart = "restarts"
	}
	switch i.Notice {
	case NoticeNothing:
		if i.Spare {
			return fmt.Sprintf("users of %s notice nothing: a spare Odoo serves while %s %s", i.Deployment, hosts, restart)
		}
		return fmt.Sprintf("users of %s notice nothing: %s in turn", i.Deployment, hosts)
	case NoticePage:
		text := fmt.Sprintf("users of %s see the maintenance page while %s %s", i.Deployment, hosts, restart)
		if i.Run != "" {
			text += fmt.Sprintf(" (%.0f s in run %s)", i.Lasted.Seconds(), i.Run)
		}
		if i.NoSpare != "" {
			text += ": " + i.NoSpare
		}
		return text
	}
	return fmt.Sprintf("users of %s get errors while %s %s", i.Deployment, hosts, restart)
}

// planOf is what a stage does on a host; nothing where it could not be read.
func (r *Run) planOf(h *inventory.Host, stage int) *tasks.Plan {
	picture := r.fleet.Host(h.Name)
	if r.outcomes[h.Name] == nil || picture.Err() != nil {
		return &tasks.Plan{}
	}
	return picture.Plan(stage, stage)
}

// restarts reports whether a plan restarts or stops a unit whose name begins so, or the host.
func restarts(p *tasks.Plan, prefix string) bool {
	return p.Reboot != nil || p.Stops(prefix) || slices.ContainsFunc(p.Actions, func(a tasks.Action) bool {
		return a.Verb == string(tasks.Restart) && strings.HasPrefix(a.Unit, prefix)
	})
}

// stopsOdoo reports whether a stage restarts an Odoo on a host to which an nginx of the
// deployment passes requests.
func (r *Run) stopsOdoo(h *inventory.Host, d *inventory.Deployment, stage int) bool {
	return slices.Contains(d.Odoo.Hosts, h) && restarts(r.planOf(h, stage), "odoo") && r.passes(h, d)
}

// stopsData reports whether it restarts the PostgreSQL of a deployment whose nginx passes
// requests.
func (r *Run) stopsData(h *inventory.Host, d *inventory.Deployment, stage int) bool {
	return d.PostgreSQL != nil && d.PostgreSQL.Host == h && restarts(r.planOf(h, stage), "postgresql") &&
		slices.ContainsFunc(d.Odoo.Hosts, func(o *inventory.Host) bool { return r.passes(o, d) })
}

// passes reports whether an nginx of the deployment passes requests to a host. One that is
// not in the run may.
func (r *Run) passes(h *inventory.Host, d *inventory.Deployment) bool {
	return slices.ContainsFunc(d.Nginx.Hosts, func(web *inventory.Host) bool {
		picture := r.fleet.Host(web.Name)
		return r.outcomes[web.Name] == nil || picture.Err() != nil || nginx.Passes(picture, d, h)
	})
}

// remembered is how many earlier runs are searched for how long something took.
const remembered = 30

// pageLasted returns how long the newest run that showed a deployment's page did so.
func (r *Run) pageLasted(deployment string) (time.Duration, string) {
	if r.opts.Runs == "" {
		return 0, ""
	}
	for _, was := range journal.Newest(r.opts.Runs, remembered) {
		if lasted := was.Between(playbooks.PageOf(deployment)); lasted > 0 {
			return lasted, was.ID
		}
	}
	return 0, ""
}
