package run

import (
	"errors"
	"strings"
	"testing"
)

// TestNothingBeginsBeforeSecretsAreKept: a password that only a host has is lost.
func TestNothingBeginsBeforeSecretsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	full, calls := errors.New("disk full"), 0
	d.options = func(o *Options) {
		o.Keep = func() error {
			calls++
			if d.order != nil {
				t.Errorf("kept after transactions on %v", d.order)
			}
			return full
		}
	}
	report, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp))
	if !errors.Is(err, full) || report != nil || !strings.Contains(err.Error(), "nothing was changed") || d.order != nil {
		t.Errorf("report %v, error %v, transactions on %v", report, err, d.order)
	}
	full = nil
	if _, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp)); err != nil || calls != 2 ||
		d.order == nil {
		t.Errorf("%v, asked %d times, transactions on %v", err, calls, d.order)
	}
}

// TestPlanFileKeepsSecrets: what is applied later has the password of the plan.
func TestPlanFileKeepsSecrets(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	full := errors.New("disk full")
	d.options = func(o *Options) { o.Keep = func() error { return full } }
	r, err := Read(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if p, err := r.PlanFile("1.0", "me@here"); !errors.Is(err, full) || p != nil {
		t.Errorf("plan %v, error %v", p, err)
	}
}
