//go:build lab

package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"odooctl/remote/remotetest"
)

// TestRoundTripBudget: a plan takes 9 round trips, an apply with its proofs 11,
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
				}{{"plan", 9, "on 1 of 1 host"}, {"apply", 11, "0 of 1 host failed"}, {"plan", 9, "plan: 0 changes"}} {
					over := ""
					for try := range 3 {
						if c.says != "plan: 0 changes" {
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

// TestSharedConnection: on the connection that ssh has to a host, a run needs no login. A later connection of the run
// is a login of its own: it shows that one is still possible.
func TestSharedConnection(t *testing.T) {
	proxy := remotetest.StartProxy(t, fleet.Host("web1").Address().String()+":22", 50*time.Millisecond)
	_, port, err := net.SplitHostPort(proxy.Addr)
	if err != nil {
		t.Fatal(err)
	}
	sockets, err := os.MkdirTemp("", "e2e") // a socket's path may have 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(sockets)
	config := filepath.Join(sockets, "config")
	if err := os.WriteFile(config, fmt.Appendf(nil,
		"Host web1\nHostName 127.0.0.1\nPort %s\nUser deploy\nIdentityFile %s\n"+
			"UserKnownHostsFile %s\nHostKeyAlias %s\nControlPath %s/%%C\n", port, filepath.Join(folder, ".state/id_ed25519"),
		filepath.Join(folder, ".state/known_hosts"), fleet.Host("web1").Address(), sockets), 0o600); err != nil {
		t.Fatal(err)
	}
	inventory := filepath.Join(sockets, "inventory.yaml")
	if err := os.WriteFile(inventory, []byte("hosts: {web1: }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shared := 0 // round trips of the connection that is shared; of another one there are none before
	far := func(verb, content string, trips int) {
		t.Helper()
		r := odooctl(t, verb, "-F", config, "--no-diff", "--timings", "--playbook",
			playbook(t, farBook("deploy", 1, content)), inventory).want(t, 0)
		got := proxy.RoundTrips() - shared
		if got > trips || got < 1 {
			t.Errorf("%s: %d round trips, want %d at most:\n%s", verb, got, trips, r.err)
		} else {
			t.Logf("%s: %d round trips, %v", verb, got, r.took)
		}
		if shared > 0 {
			shared += got
		}
	}
	far("plan", "alone", 10)
	master := exec.Command("ssh", "-F", config, "-oBatchMode=yes", "-MN", "web1")
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- master.Wait() }()
	defer func() { master.Process.Kill(); <-ended }()
	eventually(t, 10*time.Second, func() error {
		if found, _ := filepath.Glob(sockets + "/????????????????????????????????????????"); len(found) != 1 {
			return errors.New("ssh has made no socket")
		}
		return nil
	})
	shared = proxy.RoundTrips()
	far("plan", "shared", 2)
	far("apply", "shared", 4)
	far("plan", "shared", 2)
	odooctl(t, "plan", "-F", config, "--playbook", playbook(t, farBook("deploy", 1, "shared")), "--detailed-exitcode",
		inventory).want(t, 0)
	master.Process.Kill()
	shared = 0
	far("plan", "shared", 10)
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
	r := odooctl(t, verb, "--no-diff", "--timings", "--playbook", playbook(t, book), inventory).want(t, 0).has(t, says)
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
