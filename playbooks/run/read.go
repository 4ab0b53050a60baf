package run

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/odoo"
)

// readTimeout bounds one reading of one host.
const readTimeout = 2 * time.Minute

// Run is one run of a playbook over an inventory: the pictures of the hosts, the way to
// them, and what has become of each.
type Run struct {
	*session
	book   *playbooks.Playbook
	fleet  *tasks.Fleet
	stages []tasks.Stage
	parts  []part
	// concerned are the hosts of each stage.
	concerned []map[*inventory.Host]bool
	at        time.Time             // when it began to read
	applying  bool                  // Apply was called
	ends      bool                  // it only ends what a run left; see ends.go
	drift     map[string][]string   // per host, once compared
	out       map[string]bool       // hosts that are drained now
	reserved  map[string]bool       // hosts that are locked for this run until it ends
	sides     int                   // side transactions so far
	doors     map[string]*frontdoor // nginx hosts that were planned with something out of service
	stayed    []string              // nginx hosts where something that an earlier run left could not be ended
	paused    map[string][]front    // hosts that a temporary play stopped, and where they were drained for it
	spares    map[place]spare       // what is known of the spare Odoos

	traffic map[string]map[string]nginx.Count // before the run: by the key of a roll, and by deployment
}

// Read connects to every host that the playbook concerns, reads what its tasks
// ask for, and plans. A host that fails is in the report and does not stop the others; the
// error is for what is wrong with the whole run.
func Read(ctx context.Context, inv *inventory.Inventory, book *playbooks.Playbook, o Options) (*Run, error) {
	stages, err := book.Stages(inv, o.Limit, o.Tags)
	if err != nil {
		return nil, err
	}
	s, err := newSession(inv, o)
	if err != nil {
		return nil, err
	}
	at := o.Now().UTC()
	r := &Run{
		session: s, book: book, stages: stages, at: at, fleet: tasks.NewFleet(inv, at),
		out: map[string]bool{}, doors: map[string]*frontdoor{}, spares: map[place]spare{}, reserved: map[string]bool{},
		paused:  map[string][]front{},
		traffic: map[string]map[string]nginx.Count{},
	}
	r.fleet.AllowRestart = o.AllowRestart
	updates, err := inventory.ParseModules(o.Updates)
	if err != nil {
		return nil, err
	}
	odoo.UpdateAnyway(r.fleet, updates)
	if o.Noted {
		nginx.Note(r.fleet, cmp.Or(o.Note, r.by()))
	}
	if r.fleet.Salt, err = r.bytes(32); err != nil {
		return nil, err
	}
	for _, stage := range stages {
		of := make(map[*inventory.Host]bool, len(stage.Hosts))
		for _, h := range stage.Hosts {
			r.join(h.Name)
			of[h] = true
		}
		r.concerned = append(r.concerned, of)
	}
	r.parts = r.cut()
	r.tell(Event{Type: journal.ReadBegun, Run: r.ID, Hosts: r.hosts()})
	if err := r.plan(ctx, r.parts); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Given is what the operator asked the run for.
type Given struct{ Inventory, Playbook, Limit, Tags string }

// Given returns what the operator asked the run for.
func (r *Run) Given() Given { return Given{r.inv.File, r.book.Name, r.opts.Limit, r.opts.Tags} }

// Host returns the picture of a host as the plan leaves it, for reading; nil where
// the inventory has none of that name.
func (r *Run) Host(name string) *tasks.Host {
	if p := r.fleet.Host(name); p != nil {
		return p.Host
	}
	return nil
}

// each calls do for every host, at most forks at a time, and waits for all.
func each[H any](forks int, hosts []H, do func(H)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, forks)
	for _, h := range hosts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(h)
		})
	}
	wg.Wait()
}

// read asks the host for all that its tasks want to know.
func (r *Run) read(ctx context.Context, h *tasks.Picture) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout+max(r.opts.LockTimeout, Dying))
	defer cancel()
	began := r.opts.Now()
	sh, err := r.shell(ctx, h.Host.Host)
	if err != nil {
		return err
	}
	nonce, err := r.random(16)
	if err != nil {
		return err
	}
	connected := r.opts.Now()
	defer r.step(h.Name, "reading")()
	res, err := r.patient(h.Name, r.identity(""), func(by tasks.Run) (remote.Result, error) {
		return sh.Run(ctx, tasks.WaitScript(by.Wait)+h.ReadScript(nonce), nil)
	})
	if err != nil {
		return err
	}
	if res.Code == int(tasks.ExitLocked) {
		return r.refused(h.Name, res)
	}
	if err := h.Learn(nonce, res.Stdout); err != nil {
		return fmt.Errorf("%s: %w; it printed: %s", h.Name, err, r.tail(string(res.Stderr)))
	}
	now := r.opts.Now()
	r.took(h.Name, now.Sub(began))
	r.timed(h.Name, func(t *Timings) { t.Read += now.Sub(connected) })
	return nil
}
