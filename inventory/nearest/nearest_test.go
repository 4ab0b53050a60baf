package nearest

import "testing"

func TestWord(t *testing.T) {
	for _, c := range []struct {
		word, want string
		candidates []string
	}{
		{"revok", "revoke", []string{"allow", "revoke", "rules"}},
		{"ODOO", "odoo", []string{"nginx", "odoo"}},
		{"xmlrpc-port", "xmlrpc_port", []string{"http_port", "xmlrpc_port"}},
		{"wokrers", "workers", []string{"worker", "workers"}}, // letters swapped: one edit
		{"roll", "rollback", []string{"plan", "rollback"}},
		{"plan", "plank", []string{"planned-for-next-year", "plank"}}, // an edit is nearer than a beginning
		{"db", "db1", []string{"db1", "db2"}},
		{"we", "", []string{"web-frontend"}}, // two letters begin too much
		{"sideways", "", []string{"up", "list", "down"}},
		{"x", "", nil},
	} {
		if got := Word(c.word, c.candidates); got != c.want {
			t.Errorf("Word(%q, %q) = %q, want %q", c.word, c.candidates, got, c.want)
		}
	}
	if got := Hint("db9", []string{"db1"}); got != " (did you mean db1?)" {
		t.Errorf("Hint: %q", got)
	}
}
