package run

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// This file is what runs write in their journals, in the order in which they
// write it.

// begin calls the hook for it, and opens the journal. If either fails, nothing is begun on
// any host.
func (s *session) begin(ctx context.Context, e journal.Entry) (err error) {
	e.Type, e.Run = journal.RunBegun, s.ID
	e.Inventory, e.InventoryDigest = filepath.Join(s.inv.Dir, filepath.Base(s.inv.File)), s.inv.Digest
	e.Who, e.Version, e.Hosts = s.opts.Who, s.opts.Version, s.hosts()
	s.about = e
	defer func() {
		if err != nil {
			s.unbegun(ctx, err)
		}
	}()
	if err := s.call(ctx, s.moment("before_run", s.inv.Hooks.BeforeRun)); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if s.opts.Runs == "" {
		s.tell(e)
		return nil
	}
	if s.journal, err = journal.Create(s.opts.Runs, s.ID, s.opts.Now, s.inv.Revealed().Hide); err != nil {
		return fmt.Errorf("%w; nothing was begun", err)
	}
	if err := s.journal.Write(e); err != nil {
		s.journal.Close()
		return fmt.Errorf("%w; nothing was begun", err)
	}
	s.tell(e)
	return nil
}

// unbegun calls after_run and sends the notices of a run that did not begin: who was told
// that it does, or waits for its end, hears of it.
func (s *session) unbegun(ctx context.Context, why error) {
	for _, name := range s.hosts() {
		s.leaveOut(name, why)
	}
	report := s.Report()
	report.Unbegun = true
	s.told(ctx, report)
}

// told calls after_run, and sends the notices.
func (s *session) told(ctx context.Context, report *Report) {
	m := s.moment("after_run", s.inv.Hooks.AfterRun)
	m.exit = report.Exit()
	s.afterwards(ctx, m)
	ctx, cancel := s.running(ctx)
	defer cancel()
	s.opts.Ended(ctx, report)
}

// entry is what a run of a playbook records of itself.
func (r *Run) entry() journal.Entry {
	e := journal.Entry{
		Verb: journal.VerbApply, Of: r.opts.Resumes,
		Playbook: cmp.Or(r.book.File, r.book.Name), PlaybookDigest: r.book.Digest,
		Limit: r.opts.Limit, Tags: r.opts.Tags, AllowRestart: r.opts.AllowRestart, Updates: r.opts.Updates,
	}
	e.Sizes, e.MaxFailures = r.opts.Rolling.Words()
	if e.Of != "" {
		e.Verb = journal.VerbResume
	}
	return e
}

// open calls the hook for the beginning of a run, and opens the journal.
func (r *Run) open(ctx context.Context) error { return r.begin(ctx, r.entry()) }

// record writes the plan of every host, and the end of those that could not be read or
// planned. A failure to write shows with the next transaction.
func (r *Run) record(context.Context, *schedule) bool {
	var failed []string
	r.writeAll(func(yield func(journal.Entry) bool) {
		for _, name := range r.hosts() {
			if o := r.outcome(name); o.Bad() {
				failed = append(failed, name)
				continue
			}
			p := r.fleet.Host(name).Plan(0, len(r.stages)-1)
			if !yield(journal.Entry{Type: journal.HostPlanned, Host: name, Changes: p.Count(), Digest: shown(p)}) {
				return
			}
		}
	})
	r.hostsEnded(failed...)
	return true
}

// shown returns the digest of what a plan shows without its diffs. With the digest of the
// plan itself a password could be guessed: journals are kept for a long time.
func shown(p *tasks.Plan) string {
	h := sha256.New()
	p.Write(h, tasks.Style{})
	return hex.EncodeToString(h.Sum(nil))
}

// transactionBegun gives a transaction an ID that is unique on the host, and writes it down
// before the host is told.
func (r *Run) transactionBegun(p *tasks.Plan, first, last int) (id string, err error) {
	e := journal.Entry{Type: journal.TransactionBegun, Host: p.Host, Transaction: r.transaction(p.Host), Rank: last,
		Changes: p.Count()}
	for i := first; i <= last; i++ {
		if !r.fleet.Host(p.Host).Plan(i, i).Empty() {
			e.Rank = min(e.Rank, i)
			e.Stages = append(e.Stages, r.stages[i].Name)
		}
	}
	for _, c := range p.Commands {
		if !c.Undone() {
			e.Commands = append(e.Commands, c.Title)
		}
	}
	return e.Transaction, r.write(e)
}

// transaction numbers the transactions of a host.
func (s *session) transaction(host string) (id string) {
	s.note(host, func(o *Outcome) {
		o.transactions++
		id = fmt.Sprintf("%s-%02d", s.ID, o.transactions)
	})
	return id
}

func (s *session) transactionEnded(host, id string, state journal.State, changes int, took []journal.Step, err error) {
	e := journal.Entry{Type: journal.TransactionEnded, Host: host, Transaction: id, State: state, Steps: took,
		Error: text(err)}
	if state == journal.Changed {
		e.Changes = changes
	}
	s.write(e)
}

// hostsEnded writes down, once for each host, that nothing more is done there.
func (s *session) hostsEnded(hosts ...string) {
	s.writeAll(func(yield func(journal.Entry) bool) {
		for _, host := range hosts {
			if e, first := s.ending(host); first && !yield(e) {
				return
			}
		}
	})
}

// ending makes the entry of a host's end; first is false where it was made before.
func (s *session) ending(host string) (e journal.Entry, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended[host] {
		return journal.Entry{}, false
	}
	s.ended[host] = true
	o := s.outcomes[host]
	return journal.Entry{Type: journal.HostEnded, Host: host, State: o.State, Changes: o.Changes, Error: text(o.Err),
		Took: o.Took.Milliseconds()}, true
}

// hostGoesOn withdraws hostsEnded: more is done on a host.
func (s *session) hostGoesOn(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ended, host)
}

// end closes the journal, reports, and sends the notices. The error is for what could not
// be written.
func (s *session) end(ctx context.Context) (*Report, error) {
	hosts := s.hosts()
	s.hostsEnded(hosts...)
	for _, name := range hosts {
		o := s.outcome(name)
		s.interrupted = s.interrupted || o.Bad() && ctx.Err() != nil
	}
	report := s.Report()
	s.write(s.closing(report))
	defer s.told(ctx, report)
	if err := s.journal.Close(); err != nil {
		return report, fmt.Errorf("%w; the journal of run %s is incomplete: it will show as a run that did not end", err,
			s.ID)
	}
	return report, nil
}

// closing is the last line of the journal, with what a history is asked for.
func (s *session) closing(report *Report) journal.Entry {
	exit, updated := report.Exit(), 0
	e := journal.Entry{Type: journal.RunEnded, Changes: report.Changes(), Exit: &exit, Totals: map[journal.State]int{},
		Updated: &updated, Took: report.Took.Milliseconds()}
	for _, o := range report.Outcomes {
		e.Totals[o.State]++
		switch done := o.State == journal.Unchanged || o.State == journal.Changed; {
		case !done:
			e.Left = append(e.Left, o.Host)
		case o.Changes > 0:
			updated++
		}
	}
	return e
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
