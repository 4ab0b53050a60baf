package postgresql

import (
	"testing"

	"odooctl/tasks/postgresql/cluster"
)

// TestOwn: the server says which file its pg_hba.conf is, which PostgreSQL's user
// controls. Only one of the cluster's own is edited.
func TestOwn(t *testing.T) {
	for file, ok := range map[string]bool{
		"/etc/postgresql/15/main/pg_hba.conf":       true,
		"/var/lib/postgresql/15/main/pg_hba.conf":   true,
		"/etc/important4":                           false,
		"/etc/postgresql/15/main2/pg_hba.conf":      false,
		"/var/lib/postgresql/15/mainly/pg_hba.conf": false,
		"/etc/postgresql/15/main":                   false,
	} {
		c := &cluster.Cluster{Version: "15", Name: "main", Config: "/etc/postgresql/15/main", Running: true, HBA: file}
		if ownsHBA(c) != ok {
			t.Errorf("%s: want %v", file, ok)
		}
	}
}
