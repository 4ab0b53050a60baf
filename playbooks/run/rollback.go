package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// Rollback is a run that undoes what an earlier run changed, from the
// before-images that the hosts keep.
type Rollback struct {
	*session
	of    *journal.Record
	undos map[string]*Undo
}

// Undo is what a rollback does on one host.
type Undo struct {
	Host         string
	Transactions []journal.Transaction // newest first
	Does         []string              // the lines of a plan that say what the undo does, as the host keeps them
	Edited       []string              // paths that were edited on the host since: nothing is touched there
	Commands     []string              // the commands that they ran and that cannot be undone
}

// rank is the position of the first play that had a part in it.
func (u *Undo) rank() int {
	return slices.MinFunc(u.Transactions, func(a, b journal.Transaction) int { return a.Rank - b.Rank }).Rank
}

// ReadRollback connects to every host that the run changed and asks it what would be
// undone. History tells what was undone before, which is left alone. A host that fails is
// in the report and does not stop the others.
func ReadRollback(ctx context.Context, inv *inventory.Inventory, of *journal.Record, history []*journal.Record,
	o Options) (*Rollback, error) {
	if of.Running {
		return nil, fmt.Errorf("run %s has not ended yet: it is still at work, started by %s", of.ID, of.Begin.Who)
	}
	s, err := newSession(inv, o)
	if err != nil {
		return nil, err
	}
	r := &Rollback{session: s, of: of, undos: map[string]*Undo{}}
	if err := r.choose(undone(of.ID, history)); err != nil {
		return nil, err
	}
	if hosts := r.hosts(); len(hosts) > 0 {
		s.tell(Event{Type: journal.ReadBegun, Run: s.ID, Hosts: hosts})
	}
	each(s.opts.Forks, r.hosts(), func(name string) {
		if err := r.look(ctx, name); err != nil {
			s.note(name, func(o *Outcome) { o.State, o.Err = failure(err), err })
		}
		s.tell(Event{Type: journal.HostRead, Host: name, State: s.outcome(name).State})
	})
	if ctx.Err() != nil {
		r.Close()
		return nil, ctx.Err()
	}
	return r, nil
}

// made names a transaction: each host numbers its own.
type made struct{ host, id string }

// undone lists the transactions of a run that were undone: by later rollbacks,
// or by the run itself with the batch in which it stopped.
func undone(run string, history []*journal.Record) map[made]bool {
	list := map[made]bool{}
	for _, r := range history {
		if r.ID != run && (r.Begin.Verb != journal.VerbRollback || r.Begin.Of != run) {
			continue
		}
		for _, p := range r.Progress() {
			for _, t := range p.Transactions {
				if t.State != journal.Changed || t.Undoes == "" {
					continue
				}
				list[made{p.Host, t.Undoes}] = true
				if r.ID == run && r.Begin.Verb != journal.VerbRollback {
					list[made{p.Host, t.ID}] = true
				}
			}
		}
	}
	return list
}

// choose finds the transactions to undo. One without an end may have been made.
func (r *Rollback) choose(before map[made]bool) error {
	wanted, err := r.inv.Match(cmp.Or(r.opts.Limit, inventory.RoleAll))
	if err != nil {
		return err
	}
	for _, p := range r.of.Progress() {
		u := &Undo{Host: p.Host}
		for _, t := range slices.Backward(p.Transactions) {
			if (t.State == journal.Changed || t.State == journal.Unknown) && !before[made{p.Host, t.ID}] {
				u.Transactions = append(u.Transactions, t)
				u.Commands = append(u.Commands, t.Commands...)
			}
		}
		h := r.inv.Host(p.Host)
		switch {
		case len(u.Transactions) == 0:
		case h != nil && slices.Contains(wanted, h):
			r.undos[p.Host] = u
			r.join(p.Host)
		case h == nil && r.opts.Limit == "":
			return fmt.Errorf("run %s changed %s, which is no longer in %s: how to reach it is not known; add it to the "+
				"inventory again, or name the other hosts with -l", r.of.ID, p.Host, r.of.Begin.Inventory)
		}
	}
	return nil
}

// look asks a host what undoing the transactions does. If the host no longer has one, that shows
// when it is to be undone.
func (r *Rollback) look(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	sh, err := r.shell(ctx, r.inv.Host(name))
	if err != nil {
		return err
	}
	u := r.undos[name]
	var ids []string
	for _, t := range u.Transactions {
		ids = append(ids, t.ID)
	}
	res, err := sh.Run(ctx, tasks.ShowUndoScript(ids...), nil)
	if err != nil {
		return err
	}
	u.Does, u.Edited = tasks.Undoing(r.inv.Revealed().Hide(string(res.Stdout)))
	return nil
}

// Undos lists what would be undone, in the inventory's order, on the hosts that
// could be reached.
func (r *Rollback) Undos() (list []*Undo) {
	for _, name := range r.hosts() {
		if o := r.outcome(name); !o.Bad() {
			list = append(list, r.undos[name])
		}
	}
	return list
}

// Apply undoes them, as far as ctx lasts; see Run.Apply. Hosts go in the order of the
// plays that changed them, so that each finds what it needs as it was: the
// database before Odoo, Odoo before nginx.
func (r *Rollback) Apply(ctx context.Context) (*Report, error) {
	err := r.begin(ctx, journal.Entry{Verb: journal.VerbRollback, Of: r.of.ID, Playbook: r.of.Begin.Playbook,
		Limit: r.opts.Limit})
	if err != nil {
		return nil, err
	}
	for _, wave := range r.waves() {
		each(r.opts.Forks, wave, func(name string) {
			r.hooked(ctx, work{host: name}, func() error { r.rollBack(ctx, name); return nil })
			r.hostsEnded(name)
		})
	}
	return r.end(ctx)
}

// waves groups the hosts by rank, the lowest first.
func (r *Rollback) waves() (list [][]string) {
	byRank := map[int][]string{}
	var ranks []int
	for _, u := range r.Undos() {
		rank := u.rank()
		if byRank[rank] == nil {
			ranks = append(ranks, rank)
		}
		byRank[rank] = append(byRank[rank], u.Host)
	}
	slices.Sort(ranks)
	for _, rank := range ranks {
		list = append(list, byRank[rank])
	}
	return list
}

// rollBack undoes the transactions of one host, newest first, until one fails.
func (r *Rollback) rollBack(ctx context.Context, name string) {
	began := r.opts.Now()
	defer func() { r.took(name, r.opts.Now().Sub(began)) }()
	if err := r.needs(name); err != nil {
		r.leaveOut(name, err)
		return
	}
	for _, t := range r.undos[name].Transactions {
		err := errInterrupted
		if ctx.Err() == nil {
			err = r.undo(ctx, name, t)
		}
		if err != nil {
			r.leaveOut(name, fmt.Errorf("%s: not begun: %w", name, err))
			return
		}
		if o := r.outcome(name); o.Bad() {
			return
		}
	}
}

// needs reports a host that this one works with and that was not rolled back.
func (r *Rollback) needs(name string) error {
	for peer := range r.inv.Host(name).Peers() {
		u := r.undos[peer.Name]
		if u == nil || u.rank() >= r.undos[name].rank() {
			continue
		}
		if o := r.outcome(peer.Name); o.Bad() {
			return fmt.Errorf("%s: left as it is: it needs %s, which was not rolled back", name, peer.Name)
		}
	}
	return nil
}
