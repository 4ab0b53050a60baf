package journal

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step is one thing that a host did within a transaction, by its own clock.
type Step struct {
	What string `json:"what"`    // restarting odoo.service
	From int    `json:"from_ms"` // milliseconds since the transaction got the host's lock
	Took int    `json:"took_ms"`
}

// StepTimes returns how long a step of a host took in the newest of these runs, newest first, that has
// it; otherwise how long it took on some other host; 0 where no run has it.
func StepTimes(runs []*Record) func(host, step string) time.Duration {
	type key struct{ host, step string }
	took := map[key]time.Duration{}
	for _, r := range runs {
		for _, e := range r.Entries {
			for _, s := range e.Steps {
				for _, k := range []key{{e.Host, s.What}, {"", s.What}} {
					if _, known := took[k]; !known {
						took[k] = time.Duration(s.Took) * time.Millisecond
					}
				}
			}
		}
	}
	return func(host, step string) time.Duration {
		if d, known := took[key{host, step}]; known {
			return d
		}
		return took[key{"", step}]
	}
}

// Moment is something that happened in a run.
type Moment struct {
	At   time.Duration // since the run began
	Took time.Duration // 0: a point in time
	Host string        // "" = the whole run
	Step bool          // it is part of the host's transaction before it
	What string
}

// Rolls reports whether a play of the run went over its hosts in batches.
func (r *Record) Rolls() bool {
	return slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Type == BatchesCut })
}

// Timeline returns what happened when: batches, and per host how long it took to drain it,
// to change it, step by step, and to undrain it. What has no end in the journal is left
// out.
func (r *Record) Timeline() []Moment {
	t := timeline{
		began: r.Begin.Time, batches: map[string]int{}, drained: map[string]time.Time{},
		applied: map[string]time.Time{}, open: map[string]Entry{},
	}
	for _, e := range r.Entries {
		t.take(e)
	}
	slices.SortStableFunc(t.list, func(a, b Moment) int { return int(a.At - b.At) })
	return t.list
}

// Between is the time from the end of the first transaction of a play to that of the next,
// such as those that show and remove a maintenance page; 0 where the run did not do both.
func (r *Record) Between(play string) time.Duration {
	of, first := map[string]bool{}, time.Time{}
	for _, e := range r.Entries {
		switch {
		case e.Type == TransactionBegun && slices.Equal(e.Stages, []string{play}):
			of[e.Transaction] = true
		case e.Type != TransactionEnded || !of[e.Transaction] || e.State != Changed:
		case first.IsZero():
			first = e.Time
		default:
			return e.Time.Sub(first)
		}
	}
	return 0
}

// timeline puts the entries of a journal together.
type timeline struct {
	began   time.Time
	batches map[string]int       // how many a play has, by its position and name
	drained map[string]time.Time // hosts that are being drained, since when
	applied map[string]time.Time // hosts that are to be undrained, since when
	open    map[string]Entry     // transactions at work, by host
	list    []Moment
}

func (t *timeline) add(from, to time.Time, host, format string, args ...any) {
	t.list = append(t.list, Moment{At: from.Sub(t.began), Took: to.Sub(from), Host: host,
		What: fmt.Sprintf(format, args...)})
}

// play tells plays apart: several deployments may roll in one, each under a name of its own.
func play(e Entry) string { return fmt.Sprint(e.Rank, " ", e.Play) }

func (t *timeline) take(e Entry) {
	switch e.Type {
	case BatchesCut:
		t.batches[play(e)] = len(e.Batches)
	case BatchBegun:
		t.add(e.Time, e.Time, "", "%s, batch %d of %d: %s", e.Play, e.Batch, t.batches[play(e)], strings.Join(e.Hosts, ", "))
	case BatchEnded:
		how := "is through"
		if e.Error != "" {
			how = "ended: " + e.Error
		}
		t.add(e.Time, e.Time, "", "%s, batch %d of %d %s", e.Play, e.Batch, t.batches[play(e)], how)
	case HostDrained:
		t.drained[e.Host] = e.Time
	case HostUndrained:
		if from, ok := t.applied[e.Host]; ok {
			t.add(from, e.Time, e.Host, "gets requests again")
			delete(t.applied, e.Host)
		}
		delete(t.drained, e.Host)
	case TransactionBegun:
		if from, ok := t.drained[e.Host]; ok {
			t.add(from, e.Time, e.Host, "gets no requests")
			delete(t.drained, e.Host)
		}
		t.open[e.Host] = e
	case TransactionEnded:
		t.ended(e)
	}
}

func (t *timeline) ended(e Entry) {
	began, ok := t.open[e.Host]
	if !ok || began.Transaction != e.Transaction {
		return
	}
	delete(t.open, e.Host)
	what := strings.Join(began.Stages, ", ")
	if began.Undoes != "" {
		what = "back to before " + began.Undoes
	}
	t.add(began.Time, e.Time, e.Host, "%s: %s", what, e.State)
	t.applied[e.Host] = e.Time
	for _, s := range e.Steps {
		ms := time.Millisecond
		t.list = append(t.list, Moment{
			At: began.Time.Sub(t.began) + time.Duration(s.From)*ms, Took: time.Duration(s.Took) * ms,
			Host: e.Host, Step: true, What: s.What,
		})
	}
}
