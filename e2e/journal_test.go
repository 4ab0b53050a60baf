//go:build lab

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// drift makes the hosts of one deployment differ from the inventory: the database's,
// both Odoo hosts and the web host.
func drift(t *testing.T) {
	t.Helper()
	on(t, "db1", "sed -i '/odooctl managed/,$ s/scram-sha-256/md5/' /etc/postgresql/15/main/pg_hba.conf")
	on(t, "app1", "sed -i 's/^workers.*/workers = 7/' /etc/odoo/odoo.conf")
	on(t, "app2", "sed -i 's/^workers.*/workers = 7/' /etc/odoo/odoo.conf")
	on(t, "web1", "sed -i 's/client_max_body_size.*/client_max_body_size 1m;/' "+
		"/etc/nginx/sites-available/odooctl-mycompany.conf")
}

// flight is a running odooctl.
type flight struct {
	cmd *exec.Cmd

	mu       sync.Mutex
	out, err bytes.Buffer
}

// begin starts the program and returns when it has printed a text.
func begin(t *testing.T, text string, args ...string) *flight {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Minute)
	f := &flight{cmd: exec.CommandContext(ctx, binary, args...)}
	f.cmd.Dir, f.cmd.Env, f.cmd.SysProcAttr = folder, environment(), offTerminal
	f.cmd.Stdout, f.cmd.Stderr = sink{f, &f.out}, sink{f, &f.err}
	if err := f.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		f.cmd.Wait()
	})
	f.says(t, text)
	return f
}

// sink collects one output of a flight.
type sink struct {
	f *flight
	b *bytes.Buffer
}

func (s sink) Write(p []byte) (int, error) {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	return s.b.Write(p)
}

func (f *flight) said() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.out.String() + f.err.String()
}

// says waits until the program has printed a text.
func (f *flight) says(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !strings.Contains(f.said(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not say %q:\n%s", text, f.said())
		}
	}
}

func (f *flight) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := f.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// ends waits for the end.
func (f *flight) ends() result {
	f.cmd.Wait()
	return result{code: f.cmd.ProcessState.ExitCode(), out: f.out.String(), err: f.err.String()}
}

// TestKilled: odooctl dies by kill -9 while it works on two hosts. What it leaves
// behind is known, and a resume completes all hosts.
func TestKilled(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	drift(t)
	f := begin(t, "app1: applying", "apply", "--at-once", inventory())
	f.says(t, "app2: applying")
	time.Sleep(300 * time.Millisecond)
	f.signal(t, syscall.SIGKILL)
	f.ends()
	odooctl(t, "history").want(t, 0).has(t, "did not end")
	events := odooctl(t, "history", "last").want(t, 0).has(t, "did not end")
	if tells := regexp.MustCompile(`(?s)db1 +changed, 2 changes.*app\d +applying`); !tells.MatchString(events.out) ||
		regexp.MustCompile("web1 +applying").MatchString(events.out) {
		t.Fatalf("the kill came at another time than meant:\n%s", events.out)
	}

	var last result
	eventually(t, time.Minute, func() error {
		// The hosts may still be putting back what they had begun: then they are
		// locked.
		last = odooctl(t, "resume", "--lock-timeout", "30s")
		if last.code != 0 {
			return fmt.Errorf("resume: exit %d: %s", last.code, last.err)
		}
		return nil
	})
	last.has(t, "done and left alone: db1, next1", "read again first: app1, app2", "web1")
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	odooctl(t, "history").want(t, 0).has(t, "resume", "did not end")
	for _, host := range []string{"db1", "app1", "app2", "web1"} {
		if left := on(t, host, "find /etc -name '.*odooctl*'"); left != "" {
			t.Errorf("%s: left over: %s", host, left)
		}
	}
	login(t, "odoo.mycompany.example", fleet.Host("web1").Address().String(), "mycompany")
}

// TestInterrupted: after the first Ctrl-C the active hosts finish and no other one
// starts.
func TestInterrupted(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	drift(t)
	f := begin(t, "app1: applying", "apply", "--at-once", inventory())
	f.says(t, "app2: applying")
	f.signal(t, syscall.SIGINT)
	f.ends().want(t, 130).has(t, "interrupt again to cut them short", "web1: not begun", "0 of 5 hosts failed",
		"1 untouched: web1")
	plan := odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 2).has(t, "plan: 2 changes on 1 of 5 hosts",
		"odooctl-mycompany.conf")
	if strings.Contains(plan.out, "odoo.conf") {
		t.Errorf("an Odoo host did not come to its end:\n%s", plan.out)
	}
	odooctl(t, "history").want(t, 0).has(t, "interrupted")
	odooctl(t, "resume").want(t, 0).has(t, "left alone: db1, app1, app2, next1")
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}

// TestAborted: the second Ctrl-C interrupts the active hosts, and they put back what
// they had begun.
func TestAborted(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	drift(t)
	was := on(t, "app1", "sha256sum /etc/odoo/odoo.conf")
	f := begin(t, "app1: applying", "apply", "--at-once", inventory())
	f.says(t, "app2: applying")
	f.signal(t, syscall.SIGINT)
	f.says(t, "interrupt again")
	f.signal(t, syscall.SIGINT)
	r := f.ends().want(t, 130).has(t, "interrupted again")
	eventually(t, time.Minute, func() error {
		_, err := fleet.Host("app1").Exec(t.Context(), "flock -n /var/lib/odooctl/lock true")
		return err
	})
	if now := on(t, "app1", "sha256sum /etc/odoo/odoo.conf"); now != was {
		t.Errorf("app1 was not put back:\n%s\n%s", r.out, r.err)
	}
	eventually(t, time.Minute, func() error {
		_, err := fleet.Host("app1").Exec(t.Context(), "systemctl is-active odoo")
		return err
	})
	odooctl(t, "resume", "--lock-timeout", "30s").want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}

// look lists what odooctl manages on a host, with content, mode, owner and time of the
// content.
const look = `for f in /etc/odoo /etc/nginx /etc/postgresql; do [ -d $f ] && find $f -type f -printf '%p %m %u:%g\n' -exec sha256sum {} + ; done | sort`

func snapshot(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, host := range []string{"db1", "app1", "app2", "web1", "next1"} {
		b.WriteString(host + "\n" + on(t, host, look))
	}
	return b.String()
}

// another is an inventory that differs in pg_hba, odoo.conf and the nginx site.
func another(t *testing.T) string {
	t.Helper()
	return edited(t, "allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/25]", "limit_time_real: 1200",
		"limit_time_real: 1300",
		"server_name: odoo.mycompany.example", "server_name: erp.mycompany.example")
}

// TestRollback: what a run changed is restored, byte for byte, and serves.
func TestRollback(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	was, web := snapshot(t), fleet.Host("web1").Address().String()
	file := another(t)
	odooctl(t, "apply", "--at-once", file).want(t, 0)
	if snapshot(t) == was {
		t.Fatal("the other inventory changes nothing")
	}
	login(t, "erp.mycompany.example", web, "mycompany")

	odooctl(t, "rollback", "last").want(t, 0).has(t, "~ file /etc/odoo/odoo.conf",
		"~ file /etc/postgresql/15/main/pg_hba.conf",
		"/etc/nginx/sites-available/odooctl-mycompany.conf", "0 of 4 hosts failed",
		"the next plan shows the difference again")
	if now := snapshot(t); now != was {
		t.Errorf("not put back:\n%s", firstDifference(was, now))
	}
	login(t, "odoo.mycompany.example", web, "mycompany")
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 2)
	odooctl(t, "history").want(t, 0).has(t, "rollback")
	run := strings.Fields(strings.Split(odooctl(t, "history").out, "\n")[2])[0]
	odooctl(t, "rollback", run).want(t, 0).has(t, "nothing to roll back")
}

// TestRollbackRefused: a file that was edited by hand since is not overwritten, and the
// hosts that depend on that one stay unchanged too.
func TestRollbackRefused(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	odooctl(t, "apply", another(t)).want(t, 0)
	on(t, "db1", "echo '# by hand' >>/etc/postgresql/15/main/pg_hba.conf")
	was := snapshot(t)
	odooctl(t, "rollback", "last").want(t, 3).has(t, "db1: edited since: /etc/postgresql/15/main/pg_hba.conf",
		"app1: left as it is: it needs db1", "web1: left as it is")
	if now := snapshot(t); now != was {
		t.Errorf("something was touched:\n%s", firstDifference(was, now))
	}
	odooctl(t, "history", "last").want(t, 0).has(t, "rollback of", "failed, exit 3")
}
