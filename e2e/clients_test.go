//go:build lab

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"odooctl/bench/load"
)

// loads is the first argument with which this program is a client of the load: odooload.
const loads = "odooload"

// asLoad is the program in the network of a client.
func asLoad(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := load.Command(ctx, args, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// client is a part of the users, in a network namespace and a /24 of its own.
type client struct {
	cmd       *exec.Cmd
	out, errs bytes.Buffer
	read      sync.WaitGroup // of what it says
	begun     chan struct{}  // closed when its users are at work, or it has ended
}

// networks numbers the clients: 198.19.1.2/24, 198.19.2.2/24, ...
var networks atomic.Int32

// connect starts odooload in a new network on the bridge of the lab. The namespace and its cable end with the
// process.
func connect(t *testing.T, args ...string) *client {
	t.Helper()
	n := networks.Add(1)
	c := &client{begun: make(chan struct{})}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c.cmd = exec.Command("sh", append([]string{"testdata/client.sh", fmt.Sprintf("198.19.%d.2/24", n%250),
		fleet.Subnet().String(), self, loads, "-json", "-for", "20m"}, args...)...)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	c.cmd.Stdout = &c.out
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.cmd.Process.Kill() })
	c.read.Go(func() { c.listen(stderr) })
	pid := strconv.Itoa(c.cmd.Process.Pid)
	for _, words := range []string{"add cl" + pid + " type veth peer name client netns " + pid,
		"set cl" + pid + " master " + fleet.Bridge() + " up"} {
		ip := exec.Command("ip", strings.Fields("link "+words)...)
		if out, err := ip.CombinedOutput(); err != nil {
			t.Fatalf("ip link %s: %v\n%s", words, err, out)
		}
	}
	if _, err := io.WriteString(stdin, "plugged in\n"); err != nil {
		t.Fatal(err)
	}
	return c
}

// listen reads what the client says on standard error.
func (c *client) listen(stderr io.Reader) {
	lines := bufio.NewScanner(stderr)
	begun := sync.OnceFunc(func() { close(c.begun) })
	defer begun()
	for lines.Scan() {
		if lines.Text() == load.Begun {
			begun()
			continue
		}
		c.errs.WriteString(lines.Text() + "\n")
	}
}

// noticed ends the client, and returns what its users noticed.
func (c *client) noticed() (r load.Report, err error) {
	c.cmd.Process.Signal(syscall.SIGTERM)
	c.read.Wait()
	if err := c.cmd.Wait(); err != nil {
		return r, fmt.Errorf("odooload: %w: %s", err, c.errs.String())
	}
	return r, json.Unmarshal(c.out.Bytes(), &r)
}

// How users of an Odoo wait for messages: from 16 on it installs live chat by itself.
const polls, websockets = "-polls", "-websockets"

// bus installs live chat, whose requests Odoo does not know without it. An Odoo that runs does not notice what another
// process installs: with "installed" it says that all have to start again.
const bus = `[ -e /var/lib/odoo/e2e-bus ] || { setpriv --reuid=odoo --regid=odoo --init-groups odoo -c /etc/odoo/odoo.conf \
	-d mycompany -i bus --stop-after-init --no-http --workers=0 --max-cron-threads=0 --logfile= &&
	touch /var/lib/odoo/e2e-bus && echo installed; }`

// users are at work until they are asked what they noticed.
type users []*client

// watching begins a small load from two networks: pages of Odoo take its hosts' time from what is tested. Users
// wait for messages where Odoo has live chat by itself.
func watching(t *testing.T, site place) users {
	t.Helper()
	if *thorough {
		return many(t, site)
	}
	mix := []string{"-pages", "1", "-fresh", "1", "-statics", "1", "-users", "1", "-pace", "1s"}
	if site.chat == websockets {
		mix = append(mix, site.chat, "5")
	}
	return begun(t, site, 2, mix...)
}

// many begins the whole load, from three networks, 51 waits for messages with it.
func many(t *testing.T, site place) users {
	t.Helper()
	if site.chat == polls {
		if strings.Contains(on(t, site.apps[0], bus), "installed") {
			for _, app := range site.apps {
				on(t, app, `systemctl restart odoo && curl -fs --retry 60 --retry-connrefused --retry-delay 1 --max-time 60 \
					-o /dev/null "http://$(hostname -I | cut -d ' ' -f 1):8072/web/login"`)
			}
		}
	}
	return begun(t, site, 3, "-pages", "1", "-fresh", "1", "-statics", "1", "-users", "1", site.chat, "17",
		"-pace", "1500ms")
}

// begun starts that many clients, and returns when their users have logged in.
func begun(t *testing.T, site place, count int, mix ...string) (list users) {
	t.Helper()
	on(t, site.web, "ip route replace 198.19.0.0/16 dev host0")
	for i := range count {
		list = append(list, connect(t, append(mix, "-name", site.server,
			"-address", fleet.Host(site.web).Address().String(), "-password-file", secretFile("admin"),
			"-mark", fmt.Sprint(t.Name(), " ", i))...))
	}
	for _, c := range list {
		select {
		case <-c.begun:
		case <-time.After(time.Minute):
			t.Fatalf("the users of %s do not begin within a minute", site.server)
		}
	}
	return list
}

// noticed ends the load, and fails the test if a request or a record was lost, or a session
// ended. It returns what was noticed.
func (u users) noticed(t *testing.T) (all load.Report) {
	t.Helper()
	reports, errs := make([]load.Report, len(u)), make([]error, len(u))
	var ended sync.WaitGroup
	for i, c := range u {
		ended.Go(func() { reports[i], errs[i] = c.noticed() })
	}
	ended.Wait()
	for _, r := range reports {
		all.Add(r)
	}
	t.Logf("what users noticed:\n%s", all)
	if err := errors.Join(errs...); err != nil || all.Lost()+all.Missing+all.SessionsEnded > 0 || all.Sent() < 20 {
		t.Errorf("users noticed something: %v", err)
	}
	return all
}
