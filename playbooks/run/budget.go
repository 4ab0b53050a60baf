package run

import (
	"context"
	"slices"
	"strings"

	"odooctl/tasks"
)

// This file is about how many hosts may fail before a play that rolls stops.

// Budget is what a play that rolls may lose, and has lost.
type Budget struct {
	Play        string
	Batches     [][]string // its hosts
	MaxFailures string     // as it was given: 2, 10%
	Stops       int        // it stops once this many hosts have failed
	Failed      []string   // hosts that failed so far, and count
	Stopped     string     // why it stopped; "" = it did not
}

// Budgets lists those of the plays that roll, as planned.
func (r *Run) Budgets() []Budget { return newSchedule(r).budgets() }

func (s *schedule) budgets() (list []Budget) {
	for b := range s.rolling {
		if len(b.batches) > 0 {
			failed, stops := s.counted(b)
			list = append(list, Budget{b.name, b.batches, b.rolling.MaxFailures.String(), stops, failed, text(b.err)})
		}
	}
	return list
}

// noteBudgets notes what became of the plays that rolled in a pass.
func (r *Run) noteBudgets(_ context.Context, s *schedule) bool {
	list := s.budgets()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.budgets = append(r.budgets, list...)
	return true
}

// counted lists the hosts that failed and count for a play, and how many stop it. Those of
// the run count or, where deployments roll each for itself, its own.
func (s *schedule) counted(r *roll) (failed []string, stops int) {
	failed, all := s.run.failures(), len(s.run.outcomes)
	if r.rolling.Serving {
		all = len(r.batch)
		failed = slices.DeleteFunc(failed, func(name string) bool { return !r.has(name) })
	}
	return failed, max(1, r.rolling.MaxFailures.Of(all))
}

// spent reports whether so many hosts failed that the play stops: its budget of failures
// is used up.
func (s *schedule) spent(r *roll) error {
	failed, stops := s.counted(r)
	if len(failed) < stops {
		return nil
	}
	return r.stop("%s failed (%s), and max_failures is %s", tasks.Plural(len(failed), "host"), strings.Join(failed, ", "),
		r.rolling.MaxFailures)
}
