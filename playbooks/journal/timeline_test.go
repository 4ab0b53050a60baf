package journal

import (
	"fmt"
	"strings"
	"testing"
)

// TestTimeline reads the journal of a rolling update as it was written on real hosts,
// shortened.
func TestTimeline(t *testing.T) {
	t.Parallel()
	const journal = `
{"time":"2026-11-22T18:00:00.0Z","type":"run_begun","run":"r","hosts":["app1","app2","web1"]}
{"time":"2026-11-22T18:00:00.1Z","type":"batches_cut","play":"Odoo","batches":[["app1"],["app2"]]}
{"time":"2026-11-22T18:00:00.1Z","type":"batch_begun","play":"Odoo","batch":1,"hosts":["app1"]}
{"time":"2026-11-22T18:00:00.2Z","type":"host_drained","host":"app1","play":"Odoo"}
{"time":"2026-11-22T18:00:00.3Z","type":"transaction_begun","host":"web1","transaction":"r-beside-01","stages":["requests for app1"]}
{"time":"2026-11-22T18:00:00.8Z","type":"transaction_ended","host":"web1","transaction":"r-beside-01","state":"changed","steps":[{"what":"reload nginx.service","from_ms":100,"took_ms":250}]}
{"time":"2026-11-22T18:00:02.2Z","type":"transaction_begun","host":"app1","transaction":"r-01","stages":["Odoo"]}
{"time":"2026-11-22T18:00:07.2Z","type":"transaction_ended","host":"app1","transaction":"r-01","state":"changed","steps":[{"what":"restart odoo.service","from_ms":500,"took_ms":3000},{"what":"the login page has its form","from_ms":3500,"took_ms":1200}]}
{"time":"2026-11-22T18:00:08.2Z","type":"host_undrained","host":"app1"}
{"time":"2026-11-22T18:00:08.3Z","type":"host_ended","host":"app1","state":"changed"}
{"time":"2026-11-22T18:00:38.3Z","type":"batch_ended","play":"Odoo","batch":1}
{"time":"2026-11-22T18:00:38.4Z","type":"batch_begun","play":"Odoo","batch":2,"hosts":["app2"]}
{"time":"2026-11-22T18:00:38.5Z","type":"host_drained","host":"app2","play":"Odoo"}
{"time":"2026-11-22T18:00:39.5Z","type":"transaction_begun","host":"app2","transaction":"r-01","stages":["Odoo"]}
`
	entries, err := Parse("j", []byte(journal[1:]))
	if err != nil {
		t.Fatal(err)
	}
	r := &Record{Begin: entries[0], Entries: entries}
	var got strings.Builder
	for _, m := range r.Timeline() {
		host := m.Host
		if m.Step {
			host = "-"
		}
		fmt.Fprintf(&got, "%.1f %.1f %s: %s\n", m.At.Seconds(), m.Took.Seconds(), host, m.What)
	}
	const want = `0.1 0.0 : Odoo, batch 1 of 2: app1
0.2 2.0 app1: gets no requests
0.3 0.5 web1: requests for app1: changed
0.4 0.2 -: reload nginx.service
2.2 5.0 app1: Odoo: changed
2.7 3.0 -: restart odoo.service
5.7 1.2 -: the login page has its form
7.2 1.0 app1: gets requests again
38.3 0.0 : Odoo, batch 1 of 2 is through
38.4 0.0 : Odoo, batch 2 of 2: app2
38.5 1.0 app2: gets no requests
`
	if got.String() != want || !r.Rolls() {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// TestStepTimes: how long a step took is taken from the newest run of its host, and if that has
// none, from that of another.
func TestStepTimes(t *testing.T) {
	t.Parallel()
	run := func(host string, took int) *Record {
		return &Record{Entries: []Entry{{Type: TransactionEnded, Host: host, Steps: []Step{{What: "restarting",
			Took: took}}}}}
	}
	last := StepTimes([]*Record{run("app2", 3000), run("app1", 2000), run("app1", 1000), {}})
	var got []string
	for _, host := range []string{"app1", "app2", "app3"} {
		got = append(got, last(host, "restarting").String())
	}
	if words := strings.Join(got, " "); words != "2s 3s 3s" || last("app1", "reading") != 0 {
		t.Errorf("%s, %s", words, last("app1", "reading"))
	}
}
