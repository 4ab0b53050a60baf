package tasks

import (
	"cmp"
	"time"

	"odooctl/inventory"
)

// Stage is one step of a run in the playbook's order: tasks and hosts. All hosts of a
// stage are planned before those of the next.
type Stage struct {
	Name  string
	Hosts []*inventory.Host
	Tasks []NamedTask
}

// NamedTask is a task and its name in the playbook.
type NamedTask struct {
	Name string
	Task Task
}

// Fleet holds the pictures of all hosts of one run.
type Fleet struct {
	Salt []byte // key of the digests that stand for secrets in diffs; random per run

	// AllowRestart permits restarts of services that others use too.
	AllowRestart bool

	// Beside leaves what an earlier run left to do on the hosts to another fleet's plans.
	Beside bool

	inv   *inventory.Inventory
	now   time.Time
	hosts map[string]*Host
	order []*Host // as in the inventory

	given    map[any]any        // see Give
	computed *computations      // see Host.Compute
	todo     map[any]func() any // computations requested in this round
	whole    *Fleet             // the fleet that this is a part of
	denied   error              // why the current task's question has no answer
}

// NewFleet returns blank pictures of all hosts of the inventory. now is the clock of
// the run.
func NewFleet(inv *inventory.Inventory, now time.Time) *Fleet {
	f := &Fleet{inv: inv, now: now, hosts: map[string]*Host{}, given: map[any]any{}, computed: newComputations(),
		todo: map[any]func() any{}}
	for _, h := range inv.Hosts {
		f.add(newHost(f, h))
	}
	return f
}

// Give passes the operator's options to the tasks of one system, before planning. The
// key's type is the system's own.
func (f *Fleet) Give(key, value any) { f.given[key] = value }

func (f *Fleet) add(h *Host) {
	f.hosts[h.Name], h.fleet = h, f
	f.order = append(f.order, h)
}

// Part returns a fleet of some of the hosts, in the inventory's order, which shares f's
// pictures of them. It is planned by itself, and its tasks see no other host: parts
// without a common host may be planned concurrently. From then on f only serves to look
// up hosts; it is not planned as a whole.
func (f *Fleet) Part(hosts []*inventory.Host) *Fleet {
	part := *f
	part.whole = f
	part.hosts, part.order, part.todo = map[string]*Host{}, nil, map[any]func() any{}
	for _, h := range hosts {
		part.add(f.hosts[h.Name])
	}
	return &part
}

// Host returns the picture of a host, or nil if the inventory has none of that name.
func (f *Fleet) Host(name string) *Picture {
	if h := f.hosts[name]; h != nil {
		return h.picture
	}
	return nil
}

// Plan runs the tasks of all stages on fresh pictures, and returns the hosts that must
// be read before the plan is final, in the inventory's order. Call it again after
// reading them; answers are kept. When it returns none, hosts whose tasks failed have
// an Err.
func (f *Fleet) Plan(stages []Stage) (asking []*Picture) {
	for {
		asking, failed := f.round(stages)
		switch computed := f.compute(); {
		case len(asking) > 0:
			return asking
		case !computed:
			for h, err := range failed {
				h.broken = err
			}
			return nil
		}
	}
}

// round plans once. It returns the hosts to read, and the errors of tasks, which are
// final if nothing was asked.
func (f *Fleet) round(stages []Stage) (asking []*Picture, failed map[*Host]error) {
	for _, h := range f.order {
		h.reset()
	}
	failed = map[*Host]error{}
	for _, stage := range stages {
		for _, ih := range stage.Hosts {
			h := f.hosts[ih.Name]
			h.wanted = true
			if err := h.plan(stage); err != nil && failed[h] == nil {
				failed[h] = err
			}
		}
		for _, h := range f.order {
			h.mark()
		}
	}
	for _, h := range f.order {
		if h.asking() {
			asking = append(asking, h.picture)
		}
	}
	return asking, failed
}

// plan runs every task of the stage, also after one that failed, to collect as many
// questions as possible.
func (h *Host) plan(stage Stage) (first error) {
	if h.failure != nil {
		return nil
	}
	for _, t := range stage.Tasks {
		h.fleet.denied = nil
		err := t.Task.Plan(h)
		if err = cmp.Or(h.fleet.denied, err); err != nil && first == nil {
			first = &TaskError{Host: h.Name, Task: t.Name, Err: err}
		}
	}
	return first
}

// TaskError is a task that could not be planned on a host.
type TaskError struct {
	Host string
	Task string
	Err  error
}

func (e *TaskError) Error() string { return e.Host + ": " + e.Task + ": " + e.Err.Error() }
func (e *TaskError) Unwrap() error { return e.Err }
