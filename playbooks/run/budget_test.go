package run

import (
	"fmt"
	"testing"

	"odooctl/playbooks"
)

// TestBudgets: how many hosts may fail is known before, and how many did afterwards, as the
// operator's --max-failures has it.
func TestBudgets(t *testing.T) {
	t.Parallel()
	d, _ := rolled(t)
	d.meddle = failing("app2", "app3")
	d.options = func(o *Options) {
		var err error
		if o.Rolling, err = playbooks.ParseRoll("1,2", "20%"); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Read(t.Context(), parsed(t, sixApps), played(t, rollingBook("batches: 6")), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, want := fmt.Sprintf("%+v", r.Budgets()), "[{Play:app Batches:[[app1] [app2 app3] [app4 app5] [app6]] "+
		"MaxFailures:20% Stops:2 Failed:[] Stopped:}]"; got != want {
		t.Errorf("planned %s\nwant    %s", got, want)
	}
	report, err := r.Apply(t.Context())
	if err != nil || len(report.Budgets) != 1 {
		t.Fatal(report, err)
	}
	if b := report.Budgets[0]; len(b.Failed) != 2 || b.Stopped != fmt.Sprintf("app stopped in batch 2 of 4: 2 hosts "+
		"failed (%s, %s), and max_failures is 20%%", b.Failed[0], b.Failed[1]) {
		t.Errorf("became %+v", b)
	}
}
