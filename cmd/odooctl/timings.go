package main

import (
	"fmt"
	"strconv"
	"time"

	"odooctl/playbooks/run"
)

// showTimings prints where the time of each host went, and how it was reached.
func (u *ui) showTimings(r *run.Report) {
	u.showNotes(r)
	w := newTable("host", "connect", "login", "read", "apply", "confirm", "round trips")
	w.right = true
	for _, o := range r.Outcomes {
		t := o.Timings
		w.row(o.Host, brief(t.Connect), brief(t.Login), brief(t.Read), brief(t.Apply), brief(t.Confirm),
			strconv.Itoa(t.RoundTrips))
	}
	_ = w.write(u.err, 0)
	fmt.Fprintf(u.err, "planned in %s\n", brief(r.Planning))
}

// brief is a time in seconds, to the millisecond; "-" for none.
func brief(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}
