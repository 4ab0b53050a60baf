//go:build lab

package remote_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"odooctl/inventory"
	"odooctl/remote"
)

// fleet returns n configurations with names of their own that reach the hosts in turn,
// through the bastion, and share what the hosts of a run share.
func fleet(bastion *remote.Config, hosts []remote.Config, n int) (list []remote.Config) {
	limiter, bastions, keyring := &remote.Limiter{PerEndpoint: 8}, new(remote.Bastions), new(remote.Keyring)
	for i := range n {
		c := hosts[i%len(hosts)]
		c.Host = fmt.Sprintf("%s-%d", c.Host, i)
		c.User, c.Sudo, c.Jump = "deploy", true, bastion
		c.Limiter, c.Bastions, c.Keyring = limiter, bastions, keyring
		list = append(list, c)
	}
	return list
}

// all runs a script on every host at once, fails if one is lost, and logs the time.
func all(t *testing.T, what string, list []remote.Config) {
	t.Helper()
	began := time.Now()
	errs := make([]error, len(list))
	clients := make([]*remote.Client, len(list))
	var running sync.WaitGroup
	for i, c := range list {
		running.Go(func() {
			client, err := remote.Dial(deadline(t), c)
			if err != nil {
				errs[i] = err
				return
			}
			clients[i] = client
			_, result, err := client.Start(deadline(t), "id -u")
			if errs[i] = err; err == nil && string(result.Stdout) != "0\n" {
				errs[i] = fmt.Errorf("%s: got %q", c.Host, result.Stdout)
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	for _, client := range clients {
		if client != nil {
			running.Go(func() { client.Close() })
		}
	}
	running.Wait()
	lost := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	t.Logf("%s: %d lost, %.2f s", what, len(lost), took.Seconds())
	if len(lost) > 0 {
		t.Errorf("%s: %d of %d lost: %v", what, len(lost), len(list), errors.Join(lost[:min(3, len(lost))]...))
	}
}

// sizes are those of the fleets that are tried.
func sizes() []int {
	if testing.Short() {
		return []int{20}
	}
	return []int{20, 100}
}

// labHost is a host of the lab by name.
func labHost(t *testing.T, name string) remote.Config {
	t.Helper()
	for _, c := range labHosts(t) {
		if c.Host == name {
			c.User = "deploy"
			return c
		}
	}
	t.Fatalf("the lab has no host %s", name)
	return remote.Config{}
}

// Twenty and a hundred hosts behind one sshd with its default limits (MaxStartups
// 10:30:100, MaxSessions 10): one connection to it per run, and no host is lost.
func TestLabBastion(t *testing.T) {
	bastion := labHost(t, "web1")
	var behind []remote.Config
	for _, c := range labHosts(t) {
		if c.Host != "web1" {
			behind = append(behind, c)
		}
	}
	watcher := bastion
	watcher.Sudo = true
	sh := shell(t, watcher)
	logins := func() string {
		return string(run(t, sh, "journalctl -u ssh -u sshd --no-pager | grep -c 'Accepted publickey'", "").Stdout)
	}
	before := logins()
	for _, n := range sizes() {
		all(t, fmt.Sprintf("%d hosts behind a bastion", n), fleet(&bastion, behind, n))
	}
	var was, is int
	fmt.Sscan(before, &was)
	fmt.Sscan(logins(), &is)
	if is-was != len(sizes()) {
		t.Errorf("%d logins at the bastion for %d runs", is-was, len(sizes()))
	}
}

// Many sessions at once through one sshd with its default limits.
func TestLabManySessions(t *testing.T) {
	one := labHost(t, "app1")
	for _, n := range sizes() {
		all(t, fmt.Sprintf("%d logins at one sshd", n), fleet(nil, []remote.Config{one}, n))
	}
}

// With no bound of our own, sshd drops some of forty; after the first drop they queue
// up, and none is lost.
func TestLabDrops(t *testing.T) {
	list := fleet(nil, []remote.Config{labHost(t, "app1")}, 40)
	list[0].Limiter.PerEndpoint = 0
	all(t, "40 logins at one sshd, unbounded", list)
}

// An sshd that takes one handshake at a time per source, unknown to us, loses none
// either.
func TestLabOneStartupPerSource(t *testing.T) {
	host := labHost(t, "db1")
	root := host
	root.User = "root"
	sh := shell(t, root)
	const file = "/etc/ssh/sshd_config.d/odooctl-test.conf"
	set := run(t, sh, "echo PerSourceMaxStartups 1 >"+file+" && systemctl reload ssh && sshd -T | grep -i "+
		"persourcemaxstartups", "")
	defer run(t, sh, "rm "+file+" && systemctl reload ssh", "")
	if !strings.Contains(string(set.Stdout), "persourcemaxstartups 1") {
		t.Fatalf("got %s%s", set.Stdout, set.Stderr)
	}
	all(t, "20 logins, PerSourceMaxStartups 1", fleet(nil, []remote.Config{host}, 20))
}

func TestLabTwoHops(t *testing.T) {
	outer, inner, target := labHost(t, "web1"), labHost(t, "db1"), labHost(t, "app1")
	inner.Jump = &outer
	target.Jump = &inner
	result := run(t, shell(t, target), "echo $SSH_CONNECTION; hostname", "")
	if want := inner.Address; !strings.HasPrefix(string(result.Stdout), want+" ") ||
		!strings.Contains(string(result.Stdout), "\napp1\n") {
		t.Errorf("got %q, want a connection from %s", result.Stdout, want)
	}

	stranger, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	inner.HostKey = ssh.FingerprintSHA256(stranger.PublicKey())
	_, err = remote.Dial(deadline(t), target)
	wantError(t, err, remote.HostKeyChanged, "app1: connect to "+target.Address+":22 by way of db1",
		"the inventory pins "+inner.HostKey)
}

// Every host of the lab is scanned through a bastion, and shows the key that is in the
// lab's known_hosts.
func TestLabTrust(t *testing.T) {
	bastion := labHost(t, "web1")
	knownFile(t, &bastion, "")
	var scanner remote.Scanner
	defer scanner.Close()
	keys := []remote.HostKey{scanner.Scan(deadline(t), bastion)}
	for _, c := range labHosts(t) {
		if c.Host == "web1" {
			continue
		}
		c.User, c.Jump = "deploy", &bastion
		if k := scanner.Scan(deadline(t), c); k.Err != nil || k.State != remote.KeyKnown {
			t.Errorf("got %+v", k)
		}
		c.KnownHosts = bastion.KnownHosts
		keys = append(keys, scanner.Scan(deadline(t), c))
	}
	if groups := remote.Shared(keys); len(groups) > 0 {
		t.Errorf("the same key on %v", groups)
	}
	if err := remote.Trust(keys, inventory.ReplaceFile); err != nil {
		t.Fatal(err)
	}
	for i := range keys {
		if keys[i].State != remote.KeyNew {
			t.Errorf("got %+v", keys[i])
		}
	}
	c := labHost(t, "app1")
	c.KnownHosts, c.Jump = bastion.KnownHosts, &bastion
	run(t, shell(t, c), "true", "")
}
