package hosts

import (
	"context"
	"slices"
	"testing"
	"time"
)

func TestDifferences(t *testing.T) {
	want := map[string]string{"erp1": "file /a 644\nunit odoo active\n", "erp2": "file /a 644\n"}
	if d := Differences(want, want); d != nil {
		t.Errorf("a state differs from itself: %q", d)
	}
	got := map[string]string{"erp1": "file /a 600\nunit odoo active\n", "erp2": "file /a 644\nfile /b 644\n"}
	d := Differences(want, got)
	if want := []string{"erp1: +file /a 600", "erp1: -file /a 644", "erp2: +file /b 644"}; !slices.Equal(d, want) {
		t.Errorf("%q, want %q", d, want)
	}
}

// TestSettle: a machine that may be fully busy is settled at once; for another the wait
// ends in time, and the returned figure shows it.
func TestSettle(t *testing.T) {
	for _, most := range []float64{2, 0} {
		began := time.Now()
		busy, err := Settle(context.Background(), most, time.Second)
		if err != nil || busy < 0 || busy > 1 || time.Since(began) < 500*time.Millisecond {
			t.Errorf("at most %v: %v busy, %v", most, busy, err)
		}
	}
}
