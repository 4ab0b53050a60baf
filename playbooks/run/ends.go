package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
)

// End ends what a run left that cannot be resumed, as the inventory was edited since: what
// is half done on its hosts is put back, nginx sends requests again to what answers, and
// pages go. What the run had still to do is left. Nothing is begun, and the report is nil,
// if the run left nothing.
func End(ctx context.Context, inv *inventory.Inventory, of *journal.Record, o Options) (*Report, error) {
	half := map[string][]journal.Transaction{}
	for _, p := range of.Progress() {
		for _, t := range slices.Backward(p.Transactions) {
			if t.State == journal.Unknown {
				half[p.Host] = append(half[p.Host], t)
			}
		}
	}
	fronts := frontsOf(inv, of)
	if len(half) == 0 && len(of.Drained()) == 0 {
		return nil, nil
	}
	o.Resumes, o.Limit = of.ID, strings.Join(fronts, ",")
	play := playbooks.Play{Name: "what is out of service", Hosts: inventory.RoleNginx}
	if len(fronts) > 0 {
		play.Tasks = []tasks.NamedTask{{Name: "nginx.out", Task: nginx.Look{}}}
	}
	r, err := Read(ctx, inv, &playbooks.Playbook{Name: of.Begin.Playbook, Plays: []playbooks.Play{play}}, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for name := range half {
		switch {
		case inv.Host(name) == nil:
			r.say(name, "is no longer in the inventory: what is half done there stays")
		case r.outcomes[name] == nil:
			r.join(name)
		}
	}
	r.ends, r.applying = true, true
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	each(r.opts.Forks, r.hosts(), func(name string) {
		for _, t := range half[name] {
			r.putHalfBack(ctx, name, t)
		}
	})
	r.sendAgain(ctx)
	for _, name := range fronts {
		for _, out := range nginx.OutOfService(r.fleet.Host(name)) {
			if out.Note.Run == of.ID {
				r.note(name, func(o *Outcome) { o.State, o.Err = journal.Failed, fmt.Errorf("%s: %s", name, out) })
			}
		}
	}
	return r.end(ctx)
}

// frontsOf lists the nginx hosts of the deployments on whose hosts a run was at work.
func frontsOf(inv *inventory.Inventory, of *journal.Record) (names []string) {
	for _, d := range inv.Deployments {
		if d.Nginx == nil || d.Odoo == nil {
			continue
		}
		hosts := slices.Concat(d.Odoo.Hosts, d.Nginx.Hosts)
		if d.PostgreSQL != nil && d.PostgreSQL.Host != nil {
			hosts = append(hosts, d.PostgreSQL.Host)
		}
		if !slices.ContainsFunc(hosts, func(h *inventory.Host) bool { return slices.Contains(of.Begin.Hosts, h.Name) }) {
			continue
		}
		for _, web := range d.Nginx.Hosts {
			if !slices.Contains(names, web.Name) {
				names = append(names, web.Name)
			}
		}
	}
	return names
}

// putHalfBack has a host undo a transaction that its shell did not live to undo itself.
func (r *Run) putHalfBack(ctx context.Context, name string, t journal.Transaction) {
	id := r.transaction(name)
	if r.write(journal.Entry{Type: journal.TransactionBegun, Host: name, Transaction: id, Undoes: t.ID,
		Rank: t.Rank}) != nil {
		return
	}
	defer r.step(name, "putting back "+t.ID)()
	ctx, cancel := r.running(ctx)
	defer cancel()
	state := journal.Changed
	sh, err := r.shell(ctx, r.inv.Host(name))
	if err == nil {
		var res remote.Result
		res, err = r.patient(name, r.identity(id), func(by tasks.Run) (remote.Result, error) {
			return sh.Run(ctx, tasks.PutBackScript(by, t.ID), nil)
		})
		if err == nil && res.Code == 0 {
			r.say(name, t.ID+": "+r.tail(string(res.Stdout)))
		} else if err == nil {
			err = r.refused(name, res)
		}
	}
	if err != nil {
		state = failure(err)
		r.note(name, func(o *Outcome) { o.State, o.Err = state, err })
	}
	r.transactionEnded(name, id, state, 1, nil, err)
}
