package planfile

import (
	"slices"
	"testing"

	"odooctl/playbooks/journal"
)

func TestMovedLines(t *testing.T) {
	was := &Host{State: journal.Unchanged, Changes: []Change{{"~", "file", "/a", "01"}, {"~", "file", "/b", "02"},
		{"!", "action", "x.service", "03"}, {"~", "file", "/same", "04"}}}
	is := &Host{State: journal.Unchanged, Changes: []Change{{"~", "file", "/a", "11"}, {"+", "unit", "y.service", "02"},
		{"~", "file", "/same", "04"}}}
	want := []string{"file /a is different", "unit y.service is new", "file /b is gone", "action on x.service is gone"}
	if got := moved(was, is); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := moved(nil, is); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if unseen("1.0", "1.1") == unseen("1.0", "1.0") {
		t.Error("another odooctl is not named")
	}
}
