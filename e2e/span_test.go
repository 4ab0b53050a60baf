//go:build lab

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestSpan: a temporary tunnel between two hosts. An apply keeps it, both hosts remove
// their end by themselves, and nothing is left.
func TestSpan(t *testing.T) {
	const word = "app1:15499=db1:5432"
	const ask = `python3 -c "
import socket
c = socket.create_connection(('127.0.0.1', 15499))
c.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))
print(c.recv(1).decode())"`
	const snapshot = `ls /etc /etc/ssh /etc/ssh/sshd_config.d /etc/systemd/system /etc/systemd/system/*.wants /var/lib/systemd/timers; cat /etc/passwd /etc/group /etc/ssh/sshd_config; systemctl list-units --all --no-legend 'odooctl*'; systemctl --failed --no-legend`
	before := map[string]string{"app1": on(t, "app1", snapshot), "db1": on(t, "db1", snapshot)}
	same := func(when string) {
		t.Helper()
		for host, was := range before {
			if is := on(t, host, snapshot); is != was {
				t.Errorf("%s: something is left on %s:\n%s\nbefore it was\n%s", when, host, is, was)
			}
		}
	}
	odooctl(t, "tunnel", "up", "-y", "--for", "1h", word, inventory()).want(t, 0)
	if got := strings.TrimSpace(on(t, "app1", ask)); got != "S" && got != "N" {
		t.Errorf("PostgreSQL answers %q through it", got)
	}
	odooctl(t, "tunnel", "test", inventory()).want(t, 0).has(t, "for.15499")
	odooctl(t, "tunnel", "list", "-o", "json", inventory()).want(t, 0).has(t, `"name": "for.15499"`, `"until": "`)
	book := playbook(t, "- hosts: db1\n  tasks: [tunnel.server]\n- hosts: app1\n  tasks: [tunnel.ended]\n- hosts: db1\n"+
		"  tasks: [tunnel.server]\n")
	odooctl(t, "apply", "-y", "--playbook", book, inventory()).want(t, 0).has(t, "0 changes")
	odooctl(t, "tunnel", "up", "-y", "--for", "15s", word, inventory()).want(t, 0) // another time
	until := time.Now().Add(15 * time.Second)
	for time.Now().Before(until.Add(30*time.Second)) &&
		on(t, "app1", "ls -d /etc/odooctl-tunnel-for* 2>/dev/null || :")+on(t, "db1",
			"ls /etc/odooctl-gate-for* 2>/dev/null || :") != "" {
		time.Sleep(500 * time.Millisecond)
	}
	t.Logf("gone %.1f s after its time", time.Since(until).Seconds())
	time.Sleep(time.Second)
	same("after its time")
	odooctl(t, "tunnel", "up", "-y", "--for", "1h", word, inventory()).want(t, 0)
	odooctl(t, "tunnel", "down", "-y", inventory(), word).want(t, 0)
	same("after down")
}
