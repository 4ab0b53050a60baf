package dbfilter

import (
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	one, two := []string{"mycompany"}, []string{"mycompany", "mycompany2"}
	www := []string{"www.mycompany.com"}
	for _, test := range []struct {
		name             string
		rule             Rule
		hosts, databases []string
		want             []string
		unique           bool
	}{
		{"the guide's second", Rule{C, `^%d$`, one}, www, one, nil, true},
		{"one database for all", Rule{C, `^mycompany$`, nil}, []string{"a.com", "b.com"}, one, nil, true},
		{"no end", Rule{C, `^%d`, nil}, www, one, []string{"has no $ at its end, so it fits mycompany-test too"}, true},
		{"no end in one of two", Rule{C, `^(%d$|other)`, nil}, www, one, []string{"no $"}, true},
		{"ends of another kind", Rule{C, `^(?:%d$|%d\Z)`, nil}, www, one, nil, true},
		{"the guide's first", Rule{C, `^mycompany.*$`, nil}, www, two,
			[]string{"www.mycompany.com shows 2 databases (mycompany, mycompany2)"}, false},
		{"the same under two names", Rule{C, `^mycompany.*$`, nil}, []string{"a.com", "b.com"}, two,
			[]string{"a.com, b.com show 2 databases (mycompany, mycompany2)"}, false},
		{"under many", Rule{C, `^%d$`, nil}, []string{"a.com", "b.com", "c.com", "d.com", "e.com"}, two,
			[]string{"a.com, b.com, c.com, 2 more show no database"}, false},
		{"each another way", Rule{C, `^(mycompany2?$|%d.*$)`, nil}, []string{"other.com", "x.com"},
			[]string{"mycompany", "mycompany2", "other1"}, []string{"other.com shows 3 databases", "x.com shows 2"}, false},
		{"everything", Rule{C, `.*`, nil}, www, two, []string{"shows every database under every host name"}, false},
		{"nothing said", Rule{C, "", nil}, www, two,
			[]string{"without dbfilter every host name shows every database",
				"www.mycompany.com shows 2 databases"}[:1], false},
		{"names alone", Rule{C, "", two}, www, two, []string{"www.mycompany.com shows 2 databases"}, false},
		{"one name alone", Rule{C, "", one}, www, two, nil, true},
		{"none", Rule{C, `^%d$`, nil}, []string{"odoo.mycompany.com"}, one,
			[]string{"odoo.mycompany.com shows no database"}, false},
		{"www counts", Rule{C, `^%h$`, nil}, []string{"www.a.com"}, []string{"a.com"},
			[]string{"shows no database"}, false},
		{"www does not count", Rule{D, `^%h$`, nil}, []string{"www.a.com"}, []string{"a.com"}, nil, true},
		{"names below", Rule{D, `^%d$`, nil}, []string{"*.mycompany.com"}, two, nil, true},
		{"no host", Rule{D, `^%d$`, nil}, nil, two, nil, false},
	} {
		got, err := test.rule.Lint(test.hosts, test.databases)
		ok := err == nil && len(got) == len(test.want)
		for i := range test.want {
			ok = ok && strings.Contains(got[i], test.want[i])
		}
		if !ok || test.rule.Unique(test.hosts, test.databases) != test.unique {
			t.Errorf("%s: %q, %v, unique %v; want %q",
				test.name, got, err, test.rule.Unique(test.hosts, test.databases), test.want)
		}
	}
	if _, err := (Rule{C, `^(?!test)`, nil}).Lint(www, one); err == nil {
		t.Error("lookahead is not refused")
	}
}
