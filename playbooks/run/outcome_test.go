package run

import (
	"testing"

	"odooctl/playbooks/journal"
	"odooctl/remote"
)

// What was never begun on a host failed; it is neither unknown nor unreachable.
func TestNothingBegun(t *testing.T) {
	for _, kind := range []remote.Kind{remote.NoRoom, remote.Transfer} {
		if state, err := unheard(&remote.Error{Host: "db1", Kind: kind}, "look"); state != journal.Failed ||
			remote.KindOf(err) != kind {
			t.Errorf("%s: %s, %v", kind, state, err)
		}
	}
}
