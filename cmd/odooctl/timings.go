package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"odooctl/playbooks/run"
)

// showTimings prints where the time of each host went, and how it was reached.
func (u *ui) showTimings(r *run.Report) {
	u.showNotes(r)
	table := tabwriter.NewWriter(u.err, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "host\tconnect\tlogin\tread\tapply\tconfirm\tround trips\t")
	for _, o := range r.Outcomes {
		t := o.Timings
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t\n", o.Host,
			brief(t.Connect), brief(t.Login), brief(t.Read), brief(t.Apply), brief(t.Confirm), t.RoundTrips)
	}
	table.Flush()
	fmt.Fprintf(u.err, "planned in %s\n", brief(r.Planning))
}

// brief is a time in seconds, to the millisecond; "-" for none.
func brief(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}
