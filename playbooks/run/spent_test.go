package run

import (
	"fmt"
	"testing"

	"odooctl/playbooks"
	"odooctl/playbooks/journal"
)

// TestSpent counts failures as max_failures does: as many as it says stop the play,
// one fewer does not.
func TestSpent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hosts int
		most  string
		want  int // hosts that may fail before the play stops
	}{
		{1, "1", 1}, {1, "100%", 1}, {1, "1%", 1}, {1, "5", 1},
		{3, "5", 3}, {7, "50%", 4}, {10, "1%", 1}, {10, "25%", 3}, {10, "100%", 10},
		{2000, "3%", 60}, {2000, "10", 10},
	} {
		most, err := playbooks.ParseCount(c.most)
		if err != nil {
			t.Fatal(err)
		}
		s := &schedule{run: &Run{session: &session{outcomes: map[string]*Outcome{}}}}
		for i := range c.hosts {
			s.run.join(fmt.Sprint("app", i))
		}
		r := &roll{name: "app", open: 0, batches: [][]string{nil}, rolling: &playbooks.Rolling{MaxFailures: most}}
		for i := range c.want {
			if err := s.spent(r); err != nil {
				t.Errorf("%d hosts, %s: after %d failures: %v", c.hosts, c.most, i, err)
			}
			s.run.note(fmt.Sprint("app", i), func(o *Outcome) { o.State = journal.Unreachable })
		}
		if s.spent(r) == nil {
			t.Errorf("%d hosts, %s: not stopped by %d failures", c.hosts, c.most, c.want)
		}
	}
}
