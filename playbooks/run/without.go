package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// retaking is how long a host that is the last one to serve waits for another.
const retaking = 2 * time.Second

// without does something to a host while nginx sends it no requests, if its play says so:
// it drains the host in every deployment's nginx, or shows the maintenance page if no
// other host could serve, waits for the requests in flight, and undrains it when it
// serves as it should. A host that may not serve as it should stays drained; one that a
// temporary play has stopped does so until the run ends.
func (r *Run) without(ctx context.Context, w work, do func() error) error {
	b, name := w.roll, w.host
	if !b.has(name) || b.rolling.Drain == 0 {
		return do()
	}
	h := r.inv.Host(name)
	list := r.fronts(b, h)
	if len(list) == 0 {
		return do()
	}
	list, err := r.takeOut(ctx, b, h, list)
	if err != nil {
		r.note(name, func(o *Outcome) { o.State, o.Err = journal.Failed, err })
		return errors.Join(err, r.putIn(ctx, h, list))
	}
	for _, busy := range working(h, list) {
		if err := r.settle(ctx, busy, list, ownPort, b.rolling.Drain); err != nil {
			r.say(busy.Name, err.Error())
		}
	}
	err = do()
	if err == nil && r.book.Plays[b.stage].Temporary {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.paused[name] = list
		return nil
	}
	stays := r.stands(b, name)
	switch r.outcome(name).State {
	case journal.Failed, journal.NotPutBack, journal.Unknown:
		stays = true
	}
	if stays {
		r.say(name, "gets no requests: it may not serve as it should; "+opens(list))
		return err
	}
	if in := r.putIn(ctx, h, list); in != nil {
		r.note(name, func(o *Outcome) { o.State, o.Err = journal.Failed, in })
		err = errors.Join(err, in)
	}
	return err
}

// takeOut drains a host everywhere, and returns where: not in an nginx that sends it no
// requests yet. If it is the last one that serves, it waits for another host of the run to
// come back; if there is none, users see the page.
func (r *Run) takeOut(ctx context.Context, b *roll, h *inventory.Host, list []front) (out []front, err error) {
	if err := r.write(journal.Entry{Type: journal.HostDrained, Host: h.Name, Play: b.name,
		Rank: b.stage}); err != nil {
		return nil, fmt.Errorf("%s: not begun: %w", h.Name, err)
	}
	for _, f := range list {
		f, err := r.takeOutOf(ctx, f, h)
		var none *site.NoBackendError
		var no *nginx.NoSiteError
		switch {
		case err == nil:
			out = append(out, f)
		case b.rolling.Serving && (errors.As(err, &none) || errors.As(err, &no)):
		default: // some of its nginx may have been told
			return append(out, f), err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out[h.Name] = true
	return out, nil
}

// takeOutOf keeps the users of a deployment from a host, and returns how.
func (r *Run) takeOutOf(ctx context.Context, f front, h *inventory.Host) (front, error) {
	for {
		err := r.turnAway(ctx, f, h)
		var last *site.LastBackendError
		var full *odoo.NoRoomError
		switch {
		case err == nil:
			r.say(h.Name, f.takes())
			return f, nil
		case errors.As(err, &full):
			f.page, f.spare = true, false
			r.say(h.Name, full.Error()+": "+f.takes())
		case !errors.As(err, &last):
			return f, fmt.Errorf("%s: untouched: not taken out of service: %w", h.Name, err)
		case r.comesBack(f, h):
			if r.opts.Sleep(ctx, retaking) != nil {
				return f, fmt.Errorf("%s: untouched: %w", h.Name, errInterrupted)
			}
		default:
			f.page = true
			r.say(h.Name, "is the only one that serves "+f.Name)
		}
	}
}

// putIn lets nginx send requests to the host again, even if the operator has interrupted
// the run.
func (r *Run) putIn(ctx context.Context, h *inventory.Host, list []front) (err error) {
	ctx, cancel := r.running(ctx)
	defer cancel()
	for _, f := range list {
		err = errors.Join(err, r.letIn(ctx, f, h))
	}
	if err != nil {
		return fmt.Errorf("%s: not brought back into service as it was: %w; %s", h.Name, err, opens(list))
	}
	r.mu.Lock()
	delete(r.out, h.Name)
	r.mu.Unlock()
	return r.write(journal.Entry{Type: journal.HostUndrained, Host: h.Name})
}

// pausedIn undrains the hosts that temporary plays had stopped.
func (r *Run) pausedIn(ctx context.Context) {
	for _, name := range slices.Sorted(maps.Keys(r.paused)) {
		list := r.paused[name]
		switch r.outcome(name).State {
		case journal.Failed, journal.NotPutBack, journal.Unknown:
			r.say(name, "gets no requests: it may not serve as it should; "+opens(list))
			continue
		}
		if err := r.putIn(ctx, r.inv.Host(name), list); err != nil {
			r.note(name, func(o *Outcome) { o.State, o.Err = journal.Failed, errors.Join(o.Err, err) })
		}
	}
}

// comesBack reports whether this run has drained another host of the deployment.
func (r *Run) comesBack(f front, h *inventory.Host) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(f.Odoo.Hosts, func(o *inventory.Host) bool { return o != h && r.out[o.Name] })
}
