package report

import (
	"errors"
	"testing"

	"odooctl/playbooks/journal"
)

func TestHistoryDocument(t *testing.T) {
	t.Parallel()
	ended := func(code int) []journal.Entry { return []journal.Entry{{Type: journal.RunEnded, Exit: &code}} }
	records := []*journal.Record{
		{ID: "a", Entries: ended(0)}, {ID: "b", Entries: ended(5)}, {ID: "c", Entries: ended(130)},
		{ID: "d", Running: true}, {ID: "e"}, {ID: "f", Err: errors.New("torn")},
	}
	d := NewHistoryDocument(records)
	valid(t, "history", d)
	valid(t, "history", NewHistoryDocument(nil))
	for i, want := range []string{"done", "failed, exit 5", "interrupted", "is running", "did not end",
		"journal is broken"} {
		if d[i].Result != want {
			t.Errorf("%s: %s, want %s", d[i].Run, d[i].Result, want)
		}
	}
}
