package run

import (
	"runtime"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/planfile"
	"odooctl/tasks"
)

// PlanFile returns what the run has planned, to be written and applied later. Program is
// the version of odooctl, by is user@machine. It first keeps the passwords that planning
// has generated: what is planned now is what will be applied. An error comes from that, or
// from the source of random numbers.
func (r *Run) PlanFile(program, by string) (*planfile.File, error) {
	if err := r.opts.Keep(); err != nil {
		return nil, err
	}
	salt, err := r.bytes(16)
	if err != nil {
		return nil, err
	}
	f := planfile.New(salt,
		planfile.Input{Given: r.inv.File, Path: r.Inventory(), Digest: r.inv.Digest},
		planfile.Input{Given: r.book.Name, Path: r.book.File, Digest: r.book.Digest})
	f.Program, f.Made, f.Run, f.By = program, r.at, r.ID, by
	f.Limit, f.Tags, f.AllowRestart, f.Updates = r.opts.Limit, r.opts.Tags, r.opts.AllowRestart, r.opts.Updates
	f.Hosts = r.sealed(f)
	return f, nil
}

// sealed returns the plans of all hosts as a plan file has them, in the inventory's
// order. As many are made at once as there are processors: each takes 19 MiB.
func (r *Run) sealed(f *planfile.File) []*planfile.Host {
	outcomes := r.Report().Outcomes
	list, places := make([]*planfile.Host, len(outcomes)), make([]int, len(outcomes))
	for i := range places {
		places[i] = i
	}
	each(runtime.GOMAXPROCS(0), places, func(i int) {
		var p *tasks.Plan
		if h := r.fleet.Host(outcomes[i].Host); h.Err() == nil {
			p = r.whole(h)
		}
		list[i] = f.Sealed(outcomes[i].Host, outcomes[i].State, p)
	})
	return list
}

// Expect compares every host's plan with the one in the file. A host whose plan differs
// becomes Stale with a MovedError, and Apply leaves it out, with the hosts that need it.
// Program is the version of odooctl, for the message.
func (r *Run) Expect(f *planfile.File, program string) {
	for _, is := range r.sealed(f) {
		if is.State != journal.Unchanged {
			continue
		}
		if err := f.Compare(is, program); err != nil {
			r.note(is.Host, func(o *Outcome) { o.State, o.Err = journal.Stale, err })
		}
	}
}
