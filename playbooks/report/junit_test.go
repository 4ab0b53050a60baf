package report

import (
	"encoding/xml"
	"testing"

	"odooctl/playbooks/journal"
)

// TestSuites: each host is a case, and what is not as it should be is found in it.
func TestSuites(t *testing.T) {
	unreachable := &DocumentError{Kind: "unreachable", Message: "db1: connect: refused\nis sshd running?"}
	for _, test := range []struct {
		name                             string
		document                         interface{ Suite() *Suite }
		tests, failures, errors, skipped int
		message, text                    string // of the first that is not as it should be
	}{
		{"plan", &PlanDocument{Hosts: []PlanOfHost{{Host: "app1", State: journal.Unchanged},
			{Host: "app2", State: journal.Unchanged, Changes: []ChangeOf{{Kind: "file", Name: "/etc/motd", Action: "update",
				Summary: "0644", Diff: "-a\n+<b> & ]]>\n"}},
				Actions: []ActionOf{{"odoo.service", "restart", []string{"why"}}}},
			{Host: "app3", State: journal.Unchanged, Actions: []ActionOf{{"odoo.service", "restart", []string{"why"}}}},
			{Host: "db1", State: journal.Unreachable, Error: unreachable}}},
			4, 2, 1, 0, "1 change pending",
			"~ file /etc/motd: 0644\n-a\n+<b> & ]]>\n! restart odoo.service: why\n"},
		{"report", &ReportDocument{Hosts: []ReportOfHost{{Host: "app1", State: journal.Changed, Seconds: 1.25},
			{Host: "db1", State: journal.PutBack, Seconds: 2, Error: &DocumentError{"put back", "db1: no"}},
			{Host: "web1", State: journal.Skipped, Error: &DocumentError{"skipped", "web1: it needs db1"}}}},
			3, 1, 0, 1, "db1: no", "db1: no"},
		{"status", &StatusDocument{Hosts: []StatusOfHost{{Host: "app1"},
			{Host: "app2", Pending: 2, Drift: []string{"nginx: old"}},
			{Host: "web1", Expires: []ExpiryOf{{What: "shop", File: "/a.pem", Standing: "expired"},
				{What: "wiki", File: "/b.pem", Standing: "due"}}}}},
			3, 2, 0, 0, "2 changes pending", "2 changes pending\nnginx: old"},
	} {
		data, err := test.document.Suite().XML()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Suite Suite `xml:"testsuite"`
		}
		if err := xml.Unmarshal(data, &got); err != nil {
			t.Fatalf("%s: %v\n%s", test.name, err, data)
		}
		s := got.Suite
		if s.Tests != test.tests || s.Failures != test.failures || s.Errors != test.errors || s.Skipped != test.skipped ||
			len(s.Cases) != s.Tests {
			t.Errorf("%s: %d cases, %d failures, %d errors, %d skipped\n%s", test.name, s.Tests, s.Failures, s.Errors, s.Skipped,
				data)
		}
		for _, c := range s.Cases {
			if c.Failure != nil {
				if c.Failure.Message != test.message || c.Failure.Text != test.text {
					t.Errorf("%s: %s: %q\n%q", test.name, c.Name, c.Failure.Message, c.Failure.Text)
				}
				break
			}
		}
	}
}
