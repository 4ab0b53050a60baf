package run

import (
	"context"
	"fmt"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// undo undoes one transaction and notes what became of it. The error is for an undo that
// was not begun.
func (s *session) undo(ctx context.Context, name string, t journal.Transaction) error {
	id := s.transaction(name)
	if err := s.write(journal.Entry{Type: journal.TransactionBegun, Host: name, Transaction: id, Undoes: t.ID,
		Rank: t.Rank}); err != nil {
		return err
	}
	defer s.step(name, "undoing "+t.ID)()
	ctx, cancel := s.running(ctx)
	defer cancel()
	state, err := s.ask(ctx, name, id, t)
	s.note(name, func(o *Outcome) {
		switch {
		case err != nil:
			o.State, o.Err = state, err
		case state == journal.Changed:
			o.State, o.Changes = journal.Changed, o.Changes+1
		}
	})
	s.transactionEnded(name, id, state, 1, nil, err)
	return nil
}

// ask has the host undo a transaction. One without a known end that the host does not have
// was put back by the host itself, or was never begun there.
func (s *session) ask(ctx context.Context, name, id string, t journal.Transaction) (journal.State, error) {
	sh, err := s.shell(ctx, s.inv.Host(name))
	if err != nil {
		return failure(err), err
	}
	res, err := s.patient(name, s.identity(id), func(by tasks.Run) (remote.Result, error) {
		return sh.Run(ctx, tasks.RollbackScript(by, t.ID), nil)
	})
	code := tasks.ExitCode(res.Code)
	switch {
	case err != nil && !told(res.Code):
		return unheard(err, "roll back again to find out")
	case code == tasks.ExitGone && t.State == journal.Unknown:
		return journal.Unchanged, nil
	case code == 0:
		return journal.Changed, nil
	}
	state := exitState(res.Code)
	said := s.tail(string(res.Stdout) + string(res.Stderr))
	return state, &UndoError{Host: name, Transaction: t.ID, State: state, Output: said, Dead: s.dead(said)}
}

// UndoError says why a transaction could not be undone on a host.
type UndoError struct {
	Host        string
	Transaction string
	State       journal.State
	Output      string // what the host said, line by line
	Dead        string // as in ApplyError
}

func (e *UndoError) Error() string {
	switch e.State {
	case journal.Locked:
		return fmt.Sprintf("%s: locked by %s; %s", e.Host, oneLine(e.Output), untilFree(e.Dead, "roll back again"))
	case journal.Stale:
		return fmt.Sprintf("%s: %s; nothing of %s was undone: roll back the runs after it first, or compare by hand with "+
			"%s/old on the host", e.Host, e.Output, e.Transaction, tasks.RunFolder(e.Transaction))
	case journal.NotPutBack:
		return fmt.Sprintf("%s: not everything of %s could be undone; look at the host before you go on\n  %s", e.Host,
			e.Transaction, indent(e.Output))
	}
	return fmt.Sprintf("%s: undo %s: %s", e.Host, e.Transaction, indent(e.Output))
}
