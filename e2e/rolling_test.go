//go:build lab

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

const shop = "odoo.mycompany.example"

// user is somebody who is logged in to the deployment behind web1.
func user(t *testing.T) *http.Client {
	t.Helper()
	c := browser(fleet.Host("web1").Address().String())
	page, err := get(c, "https://"+shop+"/web/login")
	if err != nil {
		t.Fatal(err)
	}
	token := csrfToken.FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("no login page: %.300s", page)
	}
	form := url.Values{"login": {"admin"}, "password": {secretOf(t, "admin")}, "csrf_token": {token[1]}, "redirect": {""}}
	res, err := c.PostForm("https://"+shop+"/web/login", form)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	session(t, c, shop, "mycompany")
	return c
}

// works reads what a logged-in user's pages read, from the database.
func works(c *http.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, "POST", "https://"+shop+"/web/session/get_session_info", strings.NewReader(`{"jsonrpc":"2.0","method":"call","params":{}}`))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := c.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err == nil && (res.StatusCode != 200 || !strings.Contains(string(body), `"username": "admin"`)) {
			err = fmt.Errorf("%s: %.200s", res.Status, body)
		}
		return err
	}
}

// outOfService lists the backends that get no requests on web1.
func outOfService(t *testing.T) string {
	t.Helper()
	return on(t, "web1", "grep -hE 'server .* (down|drain);' /etc/nginx/sites-available/odooctl-mycompany.conf || true")
}

// TestRollingRestart restarts both Odoo hosts behind a proxy while users work.
func TestRollingRestart(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	was := on(t, "app1", "systemctl show -p InvocationID odoo") + on(t, "app2", "systemctl show -p InvocationID odoo")
	a, b := streaming(t, works(user(t))), streaming(t, works(user(t)))
	run := odooctl(t, "apply", "-l", "mycompany", "--playbook", "rolling-restart", inventory())
	a.stop()
	b.stop()
	run.want(t, 0).has(t, "Odoo, batch 1 of 2: app1", "app1: taken out of the nginx of mycompany", "Odoo, batch 2 of 2: app2")
	t.Logf("what the run said:\n%s", run.err)
	t.Logf("%d requests sent, %d lost", a.sent.Load()+b.sent.Load(), a.lost.Load()+b.lost.Load())
	if lost := a.lost.Load() + b.lost.Load(); lost > 0 {
		t.Errorf("%d requests were lost: %v, %v", lost, a.last.Load(), b.last.Load())
	}
	if now := on(t, "app1", "systemctl show -p InvocationID odoo") + on(t, "app2", "systemctl show -p InvocationID odoo"); now == was {
		t.Error("nothing was restarted")
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}

// TestRollingStopsAtABrokenHost gives both hosts a new configuration, with which
// the second one does not hold what is asked of it.
func TestRollingStopsAtABrokenHost(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	file := edited(t, "limit_time_real: 1200", "limit_time_real: 1210")
	book := playbook(t, `
- name: Odoo
  hosts: odoo
  rolling: {batches: 1, drain: 10s, order: reverse}
  tasks: [odoo.conf, odoo.service]
  gates:
    - {login: true}
    - {command: "echo no; test $(hostname) != app1", within: 3s}
`)
	c := streaming(t, works(user(t)))
	run := odooctl(t, "apply", "-l", "mycompany", "--playbook", book, file)
	c.stop()
	run.want(t, 5).has(t, "odooctl: put back: app1", "failed: echo no; test $(hostname) != app1: not within 3 s", "1 put back: app1", "1 updated: app2")
	t.Logf("the report:\n%s%s", run.err, run.out)
	if lost := c.lost.Load(); lost > 0 {
		t.Errorf("%d of %d requests were lost: %v", lost, c.sent.Load(), c.last.Load())
	}
	if got := on(t, "app1", "grep limit_time_real /etc/odoo/odoo.conf") + on(t, "app2", "grep limit_time_real /etc/odoo/odoo.conf"); !strings.Contains(got, "1200\n") || !strings.Contains(got, "1210\n") {
		t.Errorf("the hosts have %s", got)
	}
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	odooctl(t, "apply", inventory()).want(t, 0)
}

// TestRollingKilled ends a rolling update with SIGKILL at several moments. A resume
// comes to its end, and leaves no host without requests.
func TestRollingKilled(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	for i, after := range []time.Duration{900, 1700, 3000, 5500} {
		file := edited(t, "limit_time_real: 1200", fmt.Sprintf("limit_time_real: %d", 1220+i))
		cmd, out := background(t, "apply", "-l", "mycompany", "--playbook", "config-update", file)
		time.Sleep(after * time.Millisecond)
		cmd.Process.Signal(syscall.SIGKILL)
		cmd.Wait()
		left := outOfService(t)
		if last := odooctl(t, "history", "-o", "json", "last"); strings.Contains(last.out, file) { // it had begun
			eventually(t, time.Minute, func() error {
				if r := odooctl(t, "resume", "last", "--lock-timeout", "60s"); r.code != 0 {
					return fmt.Errorf("resume: exit %d: %s", r.code, r.err)
				}
				return nil
			})
		}
		odooctl(t, "apply", "-l", "mycompany", "--playbook", "config-update", "--lock-timeout", "60s", file).want(t, 0)
		if out := outOfService(t); out != "" {
			t.Errorf("killed after %d ms, still out of service: %s", after, out)
		}
		t.Logf("killed after %d ms, out of service then: %q; it had said:\n%s", after, left, out)
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	}
	odooctl(t, "apply", inventory()).want(t, 0)
}
