//go:build lab

package e2e

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

const hbaFile = "/etc/postgresql/15/main/pg_hba.conf"

// keepHBA saves db1's pg_hba.conf, and returns a function that restores it.
func keepHBA(t *testing.T) (back func()) {
	on(t, "db1", "cp -p "+hbaFile+" /root/pg_hba.kept")
	return func() { on(t, "db1", "mv /root/pg_hba.kept "+hbaFile+" && systemctl reload postgresql@15-main") }
}

// TestPGRules: the list equals that of the servers themselves, also for included files.
func TestPGRules(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer keepHBA(t)()
	on(t, "db1", "echo 'host all all 10.1.2.3/8 md5 clientcert=verify-ca' >>"+hbaFile)
	for host, code := range map[string]int{"db1": 2, "next1": 0} {
		deployment := map[string]string{"db1": "mycompany", "next1": "next"}[host]
		r := odooctl(t, "pg", "rules", inventory(), deployment, "-o", "json").want(t, code)
		var document struct {
			Host  string
			Rules []map[string]any
		}
		if err := json.Unmarshal([]byte(r.out), &document); err != nil || document.Host != host {
			t.Fatalf("%v\n%s", err, r.out)
		}
		var view []map[string]any
		answer := on(t, host, `su postgres -c "psql -XAtqc 'select json_agg(r) from pg_hba_file_rules r'"`)
		if err := json.Unmarshal([]byte(answer), &view); err != nil {
			t.Fatalf("%v\n%s", err, answer)
		}
		if len(view) < 8 || len(view) != len(document.Rules) {
			t.Fatalf("%s: %d rules, the server has %d", host, len(document.Rules), len(view))
		}
		for i, want := range view {
			for column, value := range want {
				if got := document.Rules[i][column]; !reflect.DeepEqual(got, value) {
					t.Errorf("%s: rule %d, %s: %v, the server has %v", host, i+1, column, got, value)
				}
			}
		}
	}
}

// TestPGExplain: the answer for a deployment's Odoo host, and for another one.
func TestPGExplain(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	odooctl(t, "pg", "explain", inventory(), "mycompany", "--from", subnet+"11", "--ssl").want(t, 0).has(t,
		"the server asks for scram-sha-256", "answer: allowed")
	odooctl(t, "pg", "explain", inventory(), "mycompany", "--from", "10.77.0.1", "--ssl").want(t, 2).has(t,
		"no line matches", "answer: rejected")
	odooctl(t, "pg", "explain", inventory(), "mycompany", "--from", "local", "--user", "postgres", "--db",
		"postgres").want(t, 0).has(t, "local all postgres peer")
}

// TestAccessMeetsOthers: somebody else's stricter rule is reported with its line, and
// an access that the edit would remove is kept.
func TestAccessMeetsOthers(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer keepHBA(t)()
	on(t, "db1", "echo 'host all all "+subnet+"0/24 reject' >>"+hbaFile)
	line := strings.TrimSpace(on(t, "db1", "grep -c '' "+hbaFile))
	odooctl(t, "plan", inventory()).want(t, 0).has(t,
		hbaFile+":"+line+": `host all all "+subnet+"0/24 reject` does not decide for")

	on(t, "db1", "sed -i -e '/^local /d' -e '/^# BEGIN odooctl/a local all postgres peer' "+hbaFile)
	before := on(t, "db1", "cat "+hbaFile)
	odooctl(t, "apply", inventory()).want(t, 2).has(t,
		"`local all postgres peer` lets postgres in from the unix socket", "nothing is changed")
	if after := on(t, "db1", "cat "+hbaFile); after != before {
		t.Errorf("it is changed:\n%s", after)
	}
}
