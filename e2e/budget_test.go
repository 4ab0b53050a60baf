//go:build lab

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"odooctl/remote/remotetest"
)

// TestRoundTripBudget: a plan and a status take 9 round trips, an apply with its proofs 11,
// whatever the number of tasks. The proxy counts the same. A machine that stalls adds
// round trips and never removes one, so the least of three counts.
func TestRoundTripBudget(t *testing.T) {
	fingerprint := strings.Fields(on(t, "web1", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"))[1]
	for _, count := range []int{1, 50} {
		for _, user := range []string{"root", "deploy"} {
			t.Run(fmt.Sprintf("%d tasks as %s", count, user), func(t *testing.T) {
				var book string
				for _, c := range []struct {
					verb  string
					trips int
					says  string
				}{{"plan", 9, "on 1 of 1 host"}, {"apply", 11, "0 of 1 host failed"}, {"plan", 9, "plan: 0 changes"},
					{"status", 9, "1 host: 1 up; 0 changes pending"}} {
					over := ""
					for try := range 3 {
						if c.verb != "status" && c.says != "plan: 0 changes" {
							book = farBook(user, count, fmt.Sprint(c.verb, try))
						}
						if over = overBudget(t, c.verb, c.trips, c.says, book, user, fingerprint); over == "" {
							break
						}
						t.Log(over)
					}
					if over != "" {
						t.Error(over)
					}
				}
			})
		}
	}
}

// farBook is a playbook of count files.
func farBook(user string, count int, content string) string {
	book := "- hosts: web1\n  tasks:\n"
	for i := range count {
		book += fmt.Sprintf("    - file: {path: /etc/far-%s-%d-%d, content: %s, mode: \"0600\"}\n",
			user, count, i, content)
	}
	return book
}

// overBudget returns where a call takes more round trips than allowed, or reports
// another number than the proxy counts.
func overBudget(t *testing.T, verb string, trips int, says, book, user, fingerprint string) string {
	t.Helper()
	inventory, proxy := farInventory(t, user, fingerprint, 50*time.Millisecond)
	r := odooctl(t, verb, "--timings", "--playbook", playbook(t, book), inventory).want(t, 0).has(t, says)
	_, table, _ := strings.Cut(r.err, "round trips")
	row, _, _ := strings.Cut(strings.TrimSpace(table), "\n")
	told, err := strconv.Atoi(row[strings.LastIndex(row, " ")+1:])
	if err != nil {
		t.Fatalf("%v in %s", err, r.err)
	}
	t.Logf("%s: %d round trips, %v", verb, told, r.took)
	if told > trips {
		return fmt.Sprintf("%s: %d round trips, want %d at most", verb, told, trips)
	}
	if seen := proxy.RoundTrips(); seen != told && seen != told+1 { // including the disconnect
		return fmt.Sprintf("%s: --timings tells %d round trips, the proxy %d", verb, told, seen)
	}
	return ""
}

// farInventory is web1 behind a proxy of its own.
func farInventory(t *testing.T, user, fingerprint string, rtt time.Duration) (string, *remotetest.Proxy) {
	t.Helper()
	proxy := remotetest.StartProxy(t, fleet.Host("web1").Address().String()+":22", rtt)
	_, port, err := net.SplitHostPort(proxy.Addr)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "far.yaml")
	text := fmt.Sprintf("ssh: {user: %s, port: %s, identity_file: .state/id_ed25519, host_key: %q}\nhosts:\n"+
		"  web1: {address: 127.0.0.1}\n", user, port, fingerprint)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, proxy
}
