package tasks

import (
	"cmp"
	"time"

	"odooctl/inventory"
)

// Stage is one step of a run in the order of the playbook: which tasks on which
// hosts. All hosts of a stage are planned before those of the next.
type Stage struct {
	Name  string
	Hosts []*inventory.Host
	Tasks []NamedTask
}

// NamedTask is a task under the name it has in the playbook.
type NamedTask struct {
	Name string
	Task Task
}

// Fleet holds the pictures of all hosts of one run.
type Fleet struct {
	Salt []byte // key of the digests that stand for secrets in diffs; random per run

	// AllowRestart says that what others use too may be restarted.
	AllowRestart bool

	inv   *inventory.Inventory
	now   time.Time
	hosts map[string]*Host
	order []*Host // as in the inventory

	given    map[any]any        // see Give
	computed *computations      // see Host.Compute
	todo     map[any]func() any // what the round asks to be computed
	whole    *Fleet             // of which this is a part
	denied   error              // why a host does not tell what the task at work asks
}

// NewFleet returns blank pictures of every host of the inventory. Now is the
// clock of the run.
func NewFleet(inv *inventory.Inventory, now time.Time) *Fleet {
	f := &Fleet{inv: inv, now: now, hosts: map[string]*Host{}, given: map[any]any{}, computed: newComputations(),
		todo: map[any]func() any{}}
	for _, h := range inv.Hosts {
		f.add(newHost(f, h))
	}
	return f
}

// Give keeps what the operator gives to the run for the tasks of one system, before
// anything is planned. The key is of a type of that system's own.
func (f *Fleet) Give(key, value any) { f.given[key] = value }

func (f *Fleet) add(h *Host) {
	f.hosts[h.Name], h.fleet = h, f
	f.order = append(f.order, h)
}

// Part returns a fleet of some of the hosts, in the inventory's order, with the
// pictures that f has of them. It is planned by itself, and its tasks look at no
// other host: parts that have no host in common may be planned at the same time.
// From then on f is for looking up its hosts; it is not planned as a whole.
func (f *Fleet) Part(hosts []*inventory.Host) *Fleet {
	part := *f
	part.whole = f
	part.hosts, part.order, part.todo = map[string]*Host{}, nil, map[any]func() any{}
	for _, h := range hosts {
		part.add(f.hosts[h.Name])
	}
	return &part
}

// Host returns the picture of a host, or nil where the inventory has none of
// that name.
func (f *Fleet) Host(name string) *Picture {
	if h := f.hosts[name]; h != nil {
		return h.picture
	}
	return nil
}

// Plan runs the tasks of all stages on fresh pictures, and returns the hosts
// that must be read before the plan is final, in the inventory's order. It may be
// called again and again; what was read is kept. When nothing is asked, a host
// whose tasks failed has its error in Err.
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

// round plans once. It returns the hosts that have to be read, and what tasks
// failed with, which is final when nothing was asked.
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

// plan runs every task of the stage, also after one that failed, so that one
// round finds as many questions as it can.
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

// TaskError says which task could not be planned on which host.
type TaskError struct {
	Host string
	Task string
	Err  error
}

func (e *TaskError) Error() string { return e.Host + ": " + e.Task + ": " + e.Err.Error() }
func (e *TaskError) Unwrap() error { return e.Err }
