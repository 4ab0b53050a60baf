package journal

import (
	"strings"
	"testing"
)

const begun = `{"time":"2026-11-22T18:00:00Z","type":"run_begun","run":"a","hosts":["db1"]}` + "\n"

func TestParseJournal(t *testing.T) {
	t.Parallel()
	const planned = `{"time":"2026-11-22T18:00:01Z","type":"host_planned","host":"db1"}` + "\n"
	for _, c := range []struct {
		name, text string
		entries    int
		err        string // "" = none
	}{
		{"nothing", "", 0, ""},
		{"whole", begun + planned, 2, ""},
		{"torn last line", begun + planned[:20], 1, ""},
		{"last line without its end", begun + strings.TrimSpace(planned), 1, ""},
		{"blocks that the disk never got", begun + "\x00\x00\x00\x00", 1, ""},
		{"unknown type", begun + `{"time":"2026-11-22T18:00:01Z","type":"host_danced"}` + "\n" + planned, 2, ""},
		{"unknown field", begun + `{"time":"2026-11-22T18:00:01Z","type":"host_planned","mood":1}` + "\n", 2, ""},
		{"broken in the middle", begun + planned[:20] + "\n" + planned, 0, "j:2: broken line in the journal"},
		{"empty line", begun + "\n" + planned, 0, "j:2: broken line"},
		{"no type", begun + `{"time":"2026-11-22T18:00:01Z"}` + "\n", 0, "j:2: broken line in the journal: no type"},
		{"another file", planned, 0, "j:1: this is not a journal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := Parse("j", []byte(c.text))
			if c.err == "" && (err != nil || len(list) != c.entries) {
				t.Errorf("%d entries, %v; want %d", len(list), err, c.entries)
			}
			if c.err != "" && (err == nil || !strings.HasPrefix(err.Error(), c.err)) {
				t.Errorf("error %v, want %s", err, c.err)
			}
		})
	}
}

func FuzzParseJournal(f *testing.F) {
	f.Add([]byte(begun + `{"time":"2026-11-22T18:00:01Z","type":"transaction_begun","host":"db1","transaction":"a-01"}` +
		"\n"))
	f.Add([]byte(begun + `{"time":"2026-11-22T18:00:01Z","type":"transaction_ended","host":"db1","transaction":"a-01","state":"changed","changes":1}` + "\n"))
	f.Add([]byte(begun + `{"time":"2026-11-22T18:00:01Z","type":"run_ended","exit":0,"totals":{"ok":1}}` + "\n" +
		`{"time":`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := Parse("j", data)
		for i, e := range list {
			if e.Type == "" || e.Time.IsZero() || (i == 0) && e.Type != RunBegun {
				t.Errorf("entry %d: %+v", i, e)
			}
		}
		if err != nil || len(list) == 0 {
			return
		}
		r := &Record{Begin: list[0], Entries: list}
		for _, p := range r.Progress() {
			if p.Done() && p.Failed() {
				t.Errorf("%+v is done and failed", p)
			}
		}
		r.Exit()
	})
}
