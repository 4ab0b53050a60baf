//go:build lab

package remote_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// logins are the ways to log in to a host of the lab.
var logins = []struct {
	name, user string
	sudo       bool
}{
	{"root", "root", true},
	{"deploy", "deploy", false},
	{"deploy by sudo", "deploy", true},
}

// labHosts lists the hosts of the lab in $ODOOCTL_LAB_STATE.
func labHosts(t *testing.T) (hosts []remote.Config) {
	t.Helper()
	dir := os.Getenv("ODOOCTL_LAB_STATE")
	if dir == "" {
		t.Fatal("ODOOCTL_LAB_STATE must name the state folder of a lab that is up")
	}
	text, err := os.ReadFile(filepath.Join(dir, "hosts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lab struct {
		Hosts []struct{ Name, Address string }
	}
	if err := json.Unmarshal(text, &lab); err != nil {
		t.Fatal(err)
	}
	for _, h := range lab.Hosts {
		hosts = append(hosts, remote.Config{Host: h.Name, Address: h.Address,
			IdentityFiles: []string{filepath.Join(dir, "id_ed25519")},
			KnownHosts:    []string{filepath.Join(dir, "known_hosts")}})
	}
	if len(hosts) == 0 {
		t.Fatalf("%s has no hosts", dir)
	}
	return hosts
}

// onEvery runs a test on every host for every login; the short form takes a host of each Debian, and another login on
// each.
func onEvery(t *testing.T, test func(*testing.T, remote.Config)) {
	for h, host := range labHosts(t) {
		for l, login := range logins {
			if testing.Short() && (h%2 == 1 || l != h%len(logins)) {
				continue
			}
			t.Run(host.Host+"/"+login.name, func(t *testing.T) {
				host.User, host.Sudo = login.user, login.sudo
				test(t, host)
			})
		}
	}
}

func TestLabScripts(t *testing.T) {
	onEvery(t, func(t *testing.T, c remote.Config) {
		sh := shell(t, c)
		checkScripts(t, sh)
		want := c.User
		if c.Sudo {
			want = "root"
		}
		if got := run(t, sh, "id -un", ""); string(got.Stdout) != want+"\n" {
			t.Errorf("the script runs as %q, want %s", got.Stdout, want)
		}
	})
}

// throughProxy is c through a proxy. The host key is still looked up by the host's own
// address.
func throughProxy(t *testing.T, c remote.Config, rtt time.Duration) (remote.Config, *remotetest.Proxy) {
	proxy := remotetest.StartProxy(t, net.JoinHostPort(c.Address, "22"), rtt)
	c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, proxy.Addr)
	}
	return c, proxy
}

// The least of three counts: a stalling machine adds round trips, and never removes
// one.
func TestLabRoundTrips(t *testing.T) {
	onEvery(t, func(t *testing.T, c remote.Config) {
		wrong := ""
		for range 3 {
			if wrong = labRoundTrips(t, c); wrong == "" {
				return
			}
		}
		t.Error(wrong)
	})
}

// labRoundTrips returns what took an unexpected number of round trips; "": nothing.
func labRoundTrips(t *testing.T, c remote.Config) (wrong string) {
	c, proxy := throughProxy(t, c, 50*time.Millisecond)
	sh, result, err := dial(t, c).Start(deadline(t), "echo x")
	if err != nil || string(result.Stdout) != "x\n" {
		t.Fatalf("got %q, %v", result.Stdout, err)
	}
	for _, want := range []int{9, 10, 11} {
		if got := proxy.RoundTrips(); got != want {
			wrong = fmt.Sprintf("%d round trips, want %d", got, want)
		}
		run(t, sh, "echo x", "input")
	}
	return wrong
}

// labEndings are the ways in which a script on a real host loses its controller.
var labEndings = map[string]func(*remote.Client, *remote.Shell, *remotetest.Proxy, context.CancelFunc){
	"cancelled":     func(_ *remote.Client, _ *remote.Shell, _ *remotetest.Proxy, cancel context.CancelFunc) { cancel() },
	"shell closed":  func(_ *remote.Client, sh *remote.Shell, _ *remotetest.Proxy, _ context.CancelFunc) { sh.Close() },
	"client closed": func(c *remote.Client, _ *remote.Shell, _ *remotetest.Proxy, _ context.CancelFunc) { c.Close() },
	"cable cut":     func(_ *remote.Client, _ *remote.Shell, p *remotetest.Proxy, _ context.CancelFunc) { p.Cut() },
	"silence":       func(_ *remote.Client, _ *remote.Shell, p *remotetest.Proxy, _ context.CancelFunc) { p.Freeze() },
}

// However the script ends, its processes are gone, and its trap has run.
func TestLabProcessesEnd(t *testing.T) {
	onEvery(t, func(t *testing.T, c remote.Config) {
		observer := shell(t, c)
		for name, end := range labEndings {
			dir := strings.TrimSpace(string(run(t, observer, "mktemp -d /tmp/remote.XXXXXX", "").Stdout))
			c, proxy := throughProxy(t, c, 0)
			c.Keepalive = 500 * time.Millisecond
			client := dial(t, c)
			sh, _, err := client.Start(deadline(t), "true")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(deadline(t))
			script := fmt.Sprintf("cd %s; trap '' PIPE; trap 'echo >trapped; exit 6' TERM; (echo $(sh -c 'echo $PPID') "+
				">pid.new; mv pid.new pid; exec sleep 600)", dir)
			var running sync.WaitGroup
			running.Go(func() { sh.Run(ctx, script, []byte(every)) })
			started := run(t, observer,
				"cd "+dir+"; for i in $(seq 100); do [ -e pid ] && kill -0 $(cat pid) && exit 0; sleep 0.05; done; exit 1", "")
			if started.Code != 0 {
				t.Fatalf("%s: the script did not start: %s", name, started.Stderr)
			}
			end(client, sh, proxy, cancel)
			ended := run(t, observer,
				"cd "+dir+"; for i in $(seq 50); do kill -0 $(cat pid) 2>/dev/null || { sleep 0.2; cat trapped; exit; }; sleep "+
					"0.1; done; echo alive", "")
			if string(ended.Stdout) != "\n" {
				t.Errorf("%s: after 5 s got %q %q, want the process gone and the trap run",
					name, ended.Stdout, ended.Stderr)
			}
			running.Wait()
			cancel()
			client.Close()
			run(t, observer, "rm -r "+dir+"", "")
		}
	})
}

// A finished controller leaves nothing on the host: no process, no file.
func TestLabNothingIsLeftBehind(t *testing.T) {
	onEvery(t, func(t *testing.T, c remote.Config) {
		client := dial(t, c)
		sh, _, err := client.Start(deadline(t), "true")
		if err != nil {
			t.Fatal(err)
		}
		pid := strings.TrimSpace(string(run(t, sh, "echo $$", every).Stdout))
		client.Close()
		left := run(t, shell(t, c),
			"for i in $(seq 40); do kill -0 "+pid+" 2>/dev/null || exit 0; sleep 0.05; done; exit 1", "")
		if left.Code != 0 {
			t.Error("the shell is still there after 2 s")
		}
		if got := run(t, shell(t, c), "ls -d /dev/shm/odooctl.* /tmp/odooctl.* 2>/dev/null", ""); len(got.Stdout) > 0 {
			t.Errorf("files are left: %s", got.Stdout)
		}
	})
}

func TestLabForward(t *testing.T) {
	hosts := labHosts(t)
	bastion := hosts[0]
	bastion.User = "deploy"
	client := dial(t, bastion)
	for _, host := range hosts[1:] {
		host.User, host.Dial = "root", client.DialContext
		if got := run(t, shell(t, host), "hostname", ""); strings.TrimSpace(string(got.Stdout)) != host.Host {
			t.Errorf("got %q, want %s", got.Stdout, host.Host)
		}
	}
}

// Three times as many logins at once as MaxStartups allows succeed.
func TestLabManyLogins(t *testing.T) {
	c := labHosts(t)[0]
	c.User, c.Limiter = "root", &remote.Limiter{PerEndpoint: 8}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			client, err := remote.Dial(deadline(t), c)
			if err != nil {
				t.Error(err)
				return
			}
			client.Close()
		})
	}
	all.Wait()
}

func TestLabUnreachable(t *testing.T) {
	c := labHosts(t)[0]
	last := strings.LastIndex(c.Address, ".")
	c.User, c.Address, c.ConnectTimeout = "root", c.Address[:last]+".253", 2*time.Second
	_, err := remote.Dial(deadline(t), c)
	wantError(t, err, remote.Unreachable, c.Address)
}
