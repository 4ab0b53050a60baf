package run

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"odooctl/inventory"
	"odooctl/remote"
	"odooctl/tasks"
)

// reserve locks the hosts over which a play rolls for this run until it ends, and those
// whose nginx drains them: another controller that came between two batches would change
// the state that the next was planned from. It reports false if another run is at work on
// a host already; nothing is begun anywhere then.
func (r *Run) reserve(ctx context.Context, s *schedule) bool {
	hosts := r.rolledOver(s)
	ctx, cancel := r.running(ctx)
	defer cancel()
	var refused []error
	var mu sync.Mutex
	each(r.opts.Forks, hosts, func(h *inventory.Host) {
		err := r.reserveHost(ctx, h)
		if err == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		refused = append(refused, err)
		r.mu.Lock()
		if r.outcomes[h.Name] == nil { // an nginx that only drains hosts
			r.join(h.Name)
		}
		r.mu.Unlock()
		r.note(h.Name, func(o *Outcome) { o.State, o.Err = failure(err), err })
	})
	if len(refused) == 0 {
		return true
	}
	for _, name := range r.hosts() {
		r.leaveOut(name, fmt.Errorf("%s: untouched, because the run needs all its hosts to itself: %w", name, refused[0]))
	}
	return false
}

// rolledOver lists the hosts of rolling plays, and of the nginx in front of them, in
// the inventory's order.
func (r *Run) rolledOver(s *schedule) (list []*inventory.Host) {
	var names []string
	for b := range s.rolling {
		for name := range b.batch {
			names = append(names, name)
			for _, f := range r.fronts(b, r.inv.Host(name)) {
				for _, web := range f.Nginx.Hosts { // without draining, those on which other plays take hosts out of service
					if b.rolling.Drain > 0 || r.outcomes[web.Name] != nil {
						names = append(names, web.Name)
					}
				}
			}
		}
	}
	for _, h := range r.inv.Hosts {
		if slices.Contains(names, h.Name) {
			list = append(list, h)
		}
	}
	return list
}

func (r *Run) reserveHost(ctx context.Context, h *inventory.Host) error {
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	run := r.identity("")
	run.Who = r.opts.Who + ", whose run " + r.ID + " goes through the hosts one after the other"
	res, err := r.patient(h.Name, run, func(by tasks.Run) (remote.Result, error) {
		return sh.Run(ctx, tasks.ReserveScript(by), nil)
	})
	if err != nil {
		return err
	}
	if res.Code == 0 {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reserved[h.Name] = true
		return nil
	}
	return r.refused(h.Name, res)
}

// reserveAgain locks a host again whose shell is gone after a reboot.
func (r *Run) reserveAgain(ctx context.Context, host string) error {
	r.mu.Lock()
	had := r.reserved[host]
	r.mu.Unlock()
	if !had {
		return nil
	}
	return r.reserveHost(ctx, r.inv.Host(host))
}
