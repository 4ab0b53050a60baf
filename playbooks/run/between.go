package run

import (
	"context"
	"fmt"
	"strings"
)

// between is what happens after a batch and before the next. The error is for a play that
// stops.
func (s *schedule) between(ctx context.Context, r *roll) error {
	if r.open >= 0 {
		if err := s.closeBatch(ctx, r); err != nil {
			return err
		}
	}
	next := r.open + 1
	if next == len(r.batches) {
		return nil
	}
	if r.open >= 0 {
		if err := s.waitForNext(ctx, r); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err := s.run.call(ctx, r.moment("before_batch", s.run.inv.Hooks.BeforeBatch, next)); err != nil {
		if next == 0 {
			return r.stop("%w", err)
		}
		return fmt.Errorf("%s stopped before batch %d of %d: %w", r.name, next+1, len(r.batches), err)
	}
	return nil
}

// closeBatch counts the hosts that failed, watches what users get and, if the play says so
// and stops, puts back the batch or the run.
func (s *schedule) closeBatch(ctx context.Context, r *roll) error {
	err := s.spent(r)
	if err == nil {
		if err = s.run.bake(ctx, r); err != nil && !r.rolling.Rollback {
			s.run.unwell(r.batches[r.open], err)
		}
	}
	if err != nil && r.rolling.Rollback {
		s.run.putBatchBack(ctx, r, err)
	}
	if err != nil && r.rolling.RollbackRun {
		s.run.putRunBack(ctx, r)
	}
	s.run.batchEnded(r, err)
	s.run.afterwards(ctx, r.moment("after_batch", s.run.inv.Hooks.AfterBatch, r.open))
	return err
}

// waitForNext is the pause after a batch, or the wait for the operator.
func (s *schedule) waitForNext(ctx context.Context, r *roll) error {
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case r.rolling.Manual && !s.run.opts.Approve(ctx, fmt.Sprintf("%s is done. Go on with %s?", r.title(),
		strings.Join(r.batches[r.open+1], ", "))):
		return fmt.Errorf("%s waits for approval after batch %d of %d: odooctl resume continues", r.name, r.open+1,
			len(r.batches))
	case r.rolling.Pause > 0:
		defer s.run.step("", fmt.Sprintf("%s is done; the next begins in %s", r.title(), r.rolling.Pause))()
		if s.run.opts.Sleep(ctx, r.rolling.Pause) != nil {
			return errInterrupted
		}
	}
	return nil
}
