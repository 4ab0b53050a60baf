package probe

import (
	"errors"
	"strings"
	"testing"
)

const verifier = "SCRAM-SHA-256$4096:c2FsdA==$key:key"

var door = Door{From: "app1", Address: "192.0.2.1", Port: 5432, User: "odoo", Databases: []string{"prod", "postgres"},
	Verifier: verifier}

func TestJudge(t *testing.T) {
	both := func(answer string) string { return "prod " + answer + "\npostgres " + answer + "\nlibpq 15\n" }
	for _, test := range []struct {
		answer string
		kind   Kind
		says   []string
	}{
		{both("allowed scram-sha-256 tls c2FsdA=="), Allowed, nil},
		{both("allowed scram-sha-256 plain"), Allowed, nil}, // a server that offers only channel binding
		{"unasked no python3\n", Allowed, nil},
		{both("allowed scram-sha-256 tls b3RoZXI="), Stranger,
			[]string{"asked from app1 as odoo for prod", "Another server answers"}},
		{both("allowed md5 tls"), Stranger, []string{"it wants md5"}},
		{both("allowed trust plain"), Open, []string{"trust"}},
		{"prod allowed scram-sha-256 tls c2FsdA==\npostgres rejected 28000 no pg_hba.conf entry for host \"192.0.2.9\", " +
			"user \"odoo\", database \"postgres\", no encryption\n", Rejected,
			[]string{"for postgres", `host "192.0.2.9"`, "NAT"}},
		{both("rejected 53300 sorry, too many clients already"), Rejected, []string{"max_connections"}},
		{both("rejected 57P03 the database system is starting up"), Rejected, []string{"try again"}},
		{both("rejected 08000 the server does not speak TLS"), Rejected, []string{"postgresql.tls"}},
		{both("unreachable [Errno 111] Connection refused"), Unreachable,
			[]string{"192.0.2.1:5432", "listen_addresses", "firewall"}},
		{both("unreachable timed out"), Unreachable, []string{"firewall between the two"}},
		{both("unreachable [Errno 113] No route to host"), Unreachable, []string{"is the host up"}},
		{both("unreachable [Errno -2] Name or service not known"), Unreachable, []string{"write the address"}},
		{"", Unclear, []string{"python3"}},
		{"prod allowed scram-sha-256 tls c2FsdA==\n", Unclear, nil},
		{"Traceback (most recent call last):\n  boom\n", Unclear, []string{"boom"}},
	} {
		err := door.Judge(test.answer)
		var e *Error
		switch {
		case test.kind == Allowed && err != nil, test.kind != Allowed && (!errors.As(err, &e) || e.Kind != test.kind):
			t.Errorf("%q: %v, want %s", test.answer, err, test.kind)
		}
		for _, s := range test.says {
			if err != nil && !strings.Contains(err.Error(), s) {
				t.Errorf("%q: %q does not say %q", test.answer, err, s)
			}
		}
	}
}

func TestLibrary(t *testing.T) {
	for answer, want := range map[string]int{"a allowed md5 tls\nlibpq 9\n": 9, "libpq 15": 15, "": 0, "libpq x": 0} {
		if got := Library(answer); got != want {
			t.Errorf("%q: %d, want %d", answer, got, want)
		}
	}
}

// FuzzJudge: whatever a host prints, it is judged.
func FuzzJudge(f *testing.F) {
	f.Add("prod allowed scram-sha-256 tls c2FsdA==\npostgres rejected 28000 x\n")
	f.Add("prod unreachable x\nlibpq 1")
	f.Fuzz(func(t *testing.T, answer string) {
		if err := door.Judge(answer); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
		Library(answer)
	})
}
