//go:build lab

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestSilence: a host whose packets are dropped in the middle of a script is given up
// after three keepalives of 15 s, and the others do not wait for it.
func TestSilence(t *testing.T) {
	pid := strings.TrimSpace(on(t, "web1",
		"mkdir -p -m 700 /var/lib/odooctl; setsid flock /var/lib/odooctl/lock sleep 300 >/dev/null 2>&1 </dev/null & echo "+
			"$!"))
	defer on(t, "web1", "ip link set host0 up; kill -- -"+pid)
	book := playbook(t, "- hosts: web1\n  tasks: [{file: {path: /etc/silence, content: x}}]\n")
	done := make(chan result, 1)
	go func() {
		done <- odooctl(t, "plan", "-l", "web1", "--lock-timeout", "4m", "--playbook", book, inventory())
	}()
	time.Sleep(3 * time.Second) // the script waits for the lock
	on(t, "web1", "ip link set host0 down")
	began := time.Now()
	r := <-done
	took := time.Since(began)
	r.want(t, 4).has(t, "web1", "the connection was lost")
	t.Logf("noticed %.1f s after the last packet", took.Seconds())
	if took < 30*time.Second || took > 62*time.Second {
		t.Errorf("noticed after %v, want 45 s and at most a pause more", took)
	}
}
