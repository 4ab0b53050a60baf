package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reservedFor makes a folder a host that another run keeps for itself, as long as
// this test lives.
func (f *folders) reservedFor(host, who string) {
	f.t.Helper()
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		f.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	state := filepath.Join(f.root, host, "var/lib/odooctl")
	if err := os.MkdirAll(state, 0o700); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Symlink(fmt.Sprintf("another:%d:%s:%s", os.Getpid(), strings.Fields(rest)[19], who),
		filepath.Join(state, "reserved")); err != nil {
		f.t.Fatal(err)
	}
}

// A run that rolls over hosts has all of them to itself, or does not begin.
func TestReserved(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	d.reservedFor("app4", "ann@desk")
	report, err := d.apply(t.Context(), parsed(t, sixApps), played(t, rollingBook("batches: 1")))
	if err != nil {
		t.Fatal(err)
	}
	want := "app1 skipped, app2 skipped, app3 skipped, app4 locked, app5 skipped, app6 skipped"
	if got := states(report); got != want || report.Exit() != 75 || len(d.order) > 0 {
		t.Errorf("%s, exit %d, transactions on %v; want %s, exit 75, and none", got, report.Exit(), d.order, want)
	}
	if err := report.Outcomes[0].Err; err == nil || !strings.Contains(err.Error(), "app4: locked by ann@desk") {
		t.Errorf("app1 says %v", err)
	}
}

// Hosts that a run keeps for itself are as any others to the run itself.
func TestReservedForOneself(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	for range 2 {
		report, err := d.apply(t.Context(), parsed(t, sixApps), played(t, rollingBook("batches: 3")))
		if err != nil || report.Exit() != 0 {
			t.Fatalf("%v, %+v", err, report)
		}
		for host := range 6 {
			if err := os.Remove(filepath.Join(d.root, fmt.Sprintf("app%d", host+1), "etc/app.conf")); err != nil {
				t.Fatal(err)
			}
		}
	}
}
