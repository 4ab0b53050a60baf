package playbooks

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// rounds bounds how often a host is asked again. A task that finds its path in
// another file takes two.
const rounds = 8

// readTimeout bounds one reading of one host.
const readTimeout = 2 * time.Minute

// Run is one run of a playbook over an inventory: the pictures of the hosts, the
// way to them, and what has become of each.
type Run struct {
	ID     string
	inv    *inventory.Inventory
	book   *Playbook
	opts   Options
	fleet  *tasks.Fleet
	stages []tasks.Stage

	mu       sync.Mutex
	shells   map[string]Shell
	outcomes map[string]*Outcome
}

// Read connects to every host that the playbook concerns, reads what its tasks
// ask for, and plans. A host that fails is in the report and does not keep the
// others; the error is for what is wrong with the whole run.
func Read(ctx context.Context, inv *inventory.Inventory, book *Playbook, o Options) (*Run, error) {
	o.defaults()
	stages, err := book.stages(inv, o.Limit)
	if err != nil {
		return nil, err
	}
	r := &Run{
		inv: inv, book: book, opts: o, stages: stages,
		fleet:    tasks.NewFleet(inv, o.Now()),
		shells:   map[string]Shell{},
		outcomes: map[string]*Outcome{},
	}
	id, err := r.random(2)
	if err != nil {
		return nil, err
	}
	r.ID = o.Now().UTC().Format("20060102T150405") + "-" + id
	if r.fleet.Salt, err = r.bytes(32); err != nil {
		return nil, err
	}
	for _, s := range stages {
		for _, h := range s.Hosts {
			r.outcomes[h.Name] = &Outcome{Host: h.Name, State: Unchanged}
		}
	}
	if err := r.plan(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// plan goes round until no task asks for anything that was not read.
func (r *Run) plan(ctx context.Context) error {
	for range rounds {
		asking := r.fleet.Plan(r.stages)
		if len(asking) == 0 {
			r.noteFailures()
			return ctx.Err()
		}
		r.each(asking, func(h *tasks.Host) {
			if err := r.read(ctx, h); err != nil {
				h.Fail(err)
			}
		})
	}
	return fmt.Errorf("plan: tasks still ask for more after %d rounds of reading", rounds)
}

// each calls do for every host, at most Forks at once, and waits for all.
func (r *Run) each(hosts []*tasks.Host, do func(*tasks.Host)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, r.opts.Forks)
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
func (r *Run) read(ctx context.Context, h *tasks.Host) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	began := r.opts.Now()
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	nonce, err := r.random(16)
	if err != nil {
		return err
	}
	res, err := sh.Run(ctx, h.ReadScript(nonce), nil)
	if err != nil {
		return err
	}
	if err := h.Learn(nonce, res.Stdout); err != nil {
		return fmt.Errorf("%s: %w; it printed: %s", h.Name, err, tail(string(res.Stderr)))
	}
	r.took(h.Name, r.opts.Now().Sub(began))
	return nil
}

// shell returns the host's shell, and connects the first time.
func (r *Run) shell(ctx context.Context, h *tasks.Host) (Shell, error) {
	r.mu.Lock()
	sh := r.shells[h.Name]
	r.mu.Unlock()
	if sh != nil {
		return sh, nil
	}
	r.opts.Event(Event{h.Name, "connecting"})
	sh, err := r.opts.Connect(ctx, h.Host)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.shells[h.Name] = sh
	r.mu.Unlock()
	return sh, nil
}

// Close ends the connections.
func (r *Run) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, sh := range r.shells {
		sh.Close()
		delete(r.shells, name)
	}
}

func (r *Run) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(r.opts.Rand, b); err != nil {
		return nil, fmt.Errorf("read random bytes: %w", err)
	}
	return b, nil
}

func (r *Run) random(n int) (string, error) {
	b, err := r.bytes(n)
	return hex.EncodeToString(b), err
}
