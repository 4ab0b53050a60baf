//go:build lab

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestGrant: a range gets access for a time. An apply meanwhile keeps it, the host
// revokes it by itself, and nothing of it is left.
func TestGrant(t *testing.T) {
	odooctl(t, "apply", "-y", "-l", "db1", inventory()).want(t, 0)
	const snapshot = `cat /etc/postgresql/15/main/pg_hba.conf; ls /etc /etc/systemd/system /etc/systemd/system/timers.target.wants /etc/postgresql/15/main /var/lib/systemd/timers; stat -c %U%a /etc/postgresql/15/main/pg_hba.conf; systemctl list-units --all --no-legend 'odooctl*'; systemctl --failed --no-legend`
	const row = `runuser -u postgres -- psql -Atc "select count(*) from pg_hba_file_rules where address = '203.0.113.0'"`
	before := on(t, "db1", snapshot)
	odooctl(t, "pg", "allow", "-y", "--from", "203.0.113.0/24", "--for", "30s", inventory(), "mycompany").want(t, 0)
	until := time.Now().Add(30 * time.Second)
	odooctl(t, "apply", "-y", "-l", "db1", inventory()).want(t, 0).has(t, "0 changes")
	if got := strings.TrimSpace(on(t, "db1", row)); got != "1" {
		t.Errorf("%s rows while it lasts, want 1", got)
	}
	for on(t, "db1", "ls /etc/odooctl-grant-* 2>/dev/null || :") != "" && time.Now().Before(until.Add(30*time.Second)) {
		time.Sleep(500 * time.Millisecond)
	}
	t.Logf("gone %.1f s after its time", time.Since(until).Seconds())
	time.Sleep(time.Second)
	if got := on(t, "db1", snapshot); got != before {
		t.Errorf("something is left:\n%s\nbefore it was\n%s", got, before)
	}
	odooctl(t, "pg", "allow", "-y", "--from", "203.0.113.0/24", "--for", "1h", inventory(), "mycompany").want(t, 0)
	odooctl(t, "pg", "revoke", "-y", "--from", "203.0.113.0/24", inventory(), "mycompany").want(t, 0)
	if got := on(t, "db1", snapshot); got != before {
		t.Errorf("after revoke, something is left:\n%s\nbefore it was\n%s", got, before)
	}
}
