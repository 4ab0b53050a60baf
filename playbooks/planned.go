package playbooks

import (
	"path/filepath"
	"runtime"
	"strings"

	"odooctl/tasks"
)

// PlanFile returns what the run has planned, to be written and applied later.
// Program is the version of odooctl, by is user@machine. Passwords that planning
// has made up are kept first: what is planned now is what will be made. An error
// comes from there, or from the source of random numbers.
func (r *Run) PlanFile(program, by string) (*PlanFile, error) {
	if err := r.opts.Keep(); err != nil {
		return nil, err
	}
	salt, err := r.bytes(16)
	if err != nil {
		return nil, err
	}
	s := seal{salt}
	return &PlanFile{
		Format: planFormat, Program: program, Made: r.opts.Now().UTC(), Run: r.ID, By: by,
		Inventory: PlannedFile{Given: r.inv.File, Path: filepath.Join(r.inv.Dir, filepath.Base(r.inv.File)), Digest: s.digest("inventory", r.inv.Digest)},
		Playbook:  PlannedFile{Given: r.book.Name, Path: r.book.File, Digest: s.digest("playbook", r.book.Digest)},
		Limit:     r.opts.Limit,
		Tags:      r.opts.Tags,

		AllowRestart: r.opts.AllowRestart,
		Updates:      r.opts.Updates,
		Salt:         salt,
		Hosts:        r.sealed(s),
	}, nil
}

// sealed returns the plans of all hosts under a seal, in the inventory's order.
// As many are made at once as there are processors: each takes 19 MiB.
func (r *Run) sealed(s seal) (list []*PlannedHost) {
	for _, o := range r.Report().Outcomes {
		list = append(list, &PlannedHost{Host: o.Host, State: o.State, Changes: []PlannedChange{}})
	}
	each(runtime.GOMAXPROCS(0), list, func(ph *PlannedHost) {
		h := r.fleet.Host(ph.Host)
		if h.Err() != nil {
			return
		}
		p := h.Plan(0, len(r.stages)-1)
		ph.Changes = s.changes(p)
		if !p.Empty() {
			ph.Digest = s.digest("host "+p.Host, p.Digest())
		}
	})
	return list
}

// changes names all that a plan does, in the order in which it is shown.
func (s seal) changes(p *tasks.Plan) []PlannedChange {
	list := []PlannedChange{}
	for _, c := range p.Changes {
		kind, name := c.Thing()
		list = append(list, PlannedChange{string(c.Sign()), kind, name, s.tag(c.Masked())})
	}
	for _, c := range p.Commands {
		list = append(list, PlannedChange{"?", "command", c.Title, s.tag(c.Run)})
	}
	for _, a := range p.Actions {
		list = append(list, PlannedChange{"!", "action", a.Unit, s.tag(a.Verb + "\n" + strings.Join(a.Why, "\n"))})
	}
	if p.Reboot != nil {
		list = append(list, PlannedChange{"!", "action", "the host", s.tag("reboot\n" + p.Reboot.Why)})
	}
	return list
}
