package run

import (
	"testing"
	"time"

	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

// TestExpiry: how near the end of a certificate is depends on how long it lives.
func TestExpiry(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		from, until string
		want        string
	}{
		{"2026-11-01", "2027-01-30", "certificate of x: valid until 2027-01-30, 68 days"},
		{"2026-09-10", "2026-12-09", "certificate of x: valid until 2026-12-09, 16 days of 90: it is time for the next one " +
			"(/x.pem)"},
		{"2026-11-20", "2026-11-26", "certificate of x: valid until 2026-11-26, 3 days"},
		{"2026-11-17", "2026-11-23", "certificate of x: valid until 2026-11-23, 0 days of 6: it is time for the next one " +
			"(/x.pem)"},
		{"2026-08-22", "2026-11-20", "certificate of x: EXPIRED on 2026-11-20, browsers refuse it (/x.pem)"},
		{"2026-11-23", "2027-11-20", "certificate of x: valid from 2026-11-23 only, browsers refuse it (/x.pem)"},
	} {
		e := tasks.Expiry{What: "certificate of x", File: "/x.pem"}
		for text, at := range map[string]*time.Time{test.from: &e.From, test.until: &e.Until} {
			var err error
			if *at, err = time.Parse(time.DateOnly, text); err != nil {
				t.Fatal(err)
			}
		}
		got := Expiry{e, certificate.StandingIn(e.From, e.Until, now), e.Until.Sub(now)}
		if got.String() != test.want {
			t.Errorf("%s to %s: %s", test.from, test.until, got)
		}
	}
}
