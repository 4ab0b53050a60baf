package playbooks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// settling is how long requests in flight are waited for, where the play does not
// say.
const settling = 30 * time.Second

// retaking is how long a host that is the last one to serve waits for another.
const retaking = 2 * time.Second

// without does something to a host while nginx passes no requests to it, where its
// play says so: it takes the host out of every deployment's nginx, waits for the
// requests in flight, and puts it back when it serves as it should. A host that may
// not serve as it should stays out.
func (r *Run) without(ctx context.Context, b *roll, name string, do func() error) error {
	if !b.has(name) || b.rolling.Drain == 0 {
		return do()
	}
	h := r.inv.Host(name)
	if err := r.takeOut(ctx, b, h); err != nil {
		r.note(name, func(o *Outcome) { o.State, o.Err = Failed, err })
		return errors.Join(err, r.putIn(ctx, h))
	}
	if err := r.settle(ctx, h, b.rolling.Drain); err != nil {
		r.opts.Event(Event{name, err.Error()})
	}
	err := do()
	switch r.outcome(name).State {
	case Failed, NotRestored, Unknown:
		r.opts.Event(Event{name, "gets no requests: it may not serve as it should; odooctl undrain puts it back"})
		return err
	}
	if in := r.putIn(ctx, h); in != nil {
		r.note(name, func(o *Outcome) { o.State, o.Err = Failed, in })
		err = errors.Join(err, in)
	}
	return err
}

// fronted lists the deployments of an Odoo host whose nginx can pass requests to
// another one meanwhile.
func fronted(h *inventory.Host) (list []*inventory.Deployment) {
	for _, d := range h.OdooOf() {
		if d.Nginx != nil && len(d.Odoo.Hosts) > 1 {
			list = append(list, d)
		}
	}
	return list
}

// takeOut drains a host everywhere. Where it is the last one that serves, it waits
// for another host of the run to come back.
func (r *Run) takeOut(ctx context.Context, b *roll, h *inventory.Host) error {
	if err := r.journal.write(Entry{Type: HostDrained, Host: h.Name, Play: b.name, Rank: b.stage}); err != nil {
		return fmt.Errorf("%s: not begun: %w", h.Name, err)
	}
	for _, d := range fronted(h) {
		r.opts.Event(Event{h.Name, "taken out of the nginx of " + d.Name})
		for {
			err := r.drain(ctx, d, h, site.Down)
			var last *site.LastBackendError
			if err == nil {
				break
			}
			if !errors.As(err, &last) || !r.others(h) {
				return fmt.Errorf("%s: untouched: not taken out of service: %w", h.Name, err)
			}
			if r.opts.Sleep(ctx, retaking) != nil {
				return fmt.Errorf("%s: untouched: %w", h.Name, errInterrupted)
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out[h.Name] = true
	return nil
}

// putIn lets nginx pass requests to the host again, also when the operator has
// interrupted the run.
func (r *Run) putIn(ctx context.Context, h *inventory.Host) (err error) {
	ctx, cancel := r.running(ctx)
	defer cancel()
	for _, d := range fronted(h) {
		err = errors.Join(err, r.drain(ctx, d, h, site.Up))
	}
	if err != nil {
		return fmt.Errorf("%s: gets no requests, for nginx could not be told: %w; odooctl undrain puts it back", h.Name, err)
	}
	r.mu.Lock()
	delete(r.out, h.Name)
	r.mu.Unlock()
	return r.journal.write(Entry{Type: HostUndrained, Host: h.Name})
}

func (r *Run) drain(ctx context.Context, d *inventory.Deployment, h *inventory.Host, to site.State) error {
	book, err := Drain(r.inv, d.Name, h.Name, to)
	if err != nil {
		return err
	}
	return r.aside(ctx, book)
}

// others reports whether this run keeps another host out that will come back.
func (r *Run) others(h *inventory.Host) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.out {
		if name != h.Name {
			return true
		}
	}
	return false
}

// settle waits until the host has no connections of requests any more. Long polls
// and websockets would stay: the time is bounded. The error says how many there
// are still.
func (r *Run) settle(ctx context.Context, h *inventory.Host, within time.Duration) error {
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within+time.Minute)
	defer cancel()
	ports := ""
	for _, d := range fronted(h) {
		http, chat := d.Odoo.Ports()
		ports += fmt.Sprintf(" or sport = :%d or sport = :%d", http, chat)
	}
	turn := r.turn(h.Name)
	turn.Lock()
	defer turn.Unlock()
	res, err := sh.Run(ctx, fmt.Sprintf(settled, ports[len(" or "):], int(within.Seconds())), nil)
	if err == nil && res.Code != 0 {
		err = fmt.Errorf("%s still open after %s: they are cut", tasks.Printable(tail(string(res.Stdout))), within)
	}
	return err
}

// settled is shell that succeeds when no connection to the ports is open.
const settled = `command -v ss >/dev/null || exit 0
end=$(($(date +%%s) + %[2]d))
while :; do
	n=$(ss -Htn state established '( %[1]s )' | wc -l)
	[ "$n" -gt 0 ] || exit 0
	[ "$(date +%%s)" -lt $end ] || { echo "$n connections"; exit 1; }
	sleep 0.2
done
`
