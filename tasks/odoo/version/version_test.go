package version

import (
	"testing"

	"odooctl/inventory"
)

// TestChanges: every supported major has its entry of differences, even an empty one.
func TestChanges(t *testing.T) {
	if len(changes) != Last-First+1 {
		t.Fatalf("%d majors are told of, and there are %d: say in changes what the newest has new",
			len(changes), Last-First+1)
	}
	for major := First; major <= Last; major++ {
		if v := Of(major); v.Major != major || v.Python2() != (major <= inventory.Python2Odoo) ||
			v.FirstPython > v.LastPython {
			t.Errorf("Odoo %d: %+v", major, v)
		}
	}
	if old, new := Of(16), Of(17); old.Hashes != 25_000 || new.Hashes != 600_000 || old.Filter != 'D' ||
		Of(Last+1).Filter != Of(Last).Filter {
		t.Errorf("16 is %+v, 17 is %+v", old, new)
	}
}
