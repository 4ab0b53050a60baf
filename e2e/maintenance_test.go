//go:build lab

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const nextLogin = "https://next.mycompany.example/web/login"

// visitors request the login page of the deployment with one Odoo host. They get it, or
// the maintenance page; anything else counts as lost.
func visitors(t *testing.T) (s *stream, shut *atomic.Int64) {
	t.Helper()
	c := browser(fleet.Host("next1").Address().String())
	c.Transport.(*http.Transport).DisableKeepAlives = true
	shut = &atomic.Int64{}
	return streaming(t, paced(250*time.Millisecond, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, "GET", nextLogin, nil)
		if err != nil {
			return err
		}
		res, err := c.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		page, h := string(body), res.Header
		switch {
		case err != nil:
			return err
		case res.StatusCode == 200 && strings.Contains(page, `name="login"`):
			return nil
		case res.StatusCode == 503 && strings.Contains(page, "Back in a few minutes") && h.Get("Retry-After") != "" &&
			h.Get("Cache-Control") == "no-store":
			shut.Add(1)
			return nil
		}
		return fmt.Errorf("%s %v: %.200s", res.Status, h, page)
	})), shut
}

// TestMaintenance: if no other host serves, users see a page while Odoo restarts, and
// nothing worse. It disappears when Odoo serves, also after a failure, and after a
// killed run.
func TestMaintenance(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	site := func() string {
		return on(t, "next1", "grep -c 'return 503' /etc/nginx/sites-available/odooctl-next.conf || true")
	}
	all, shut := visitors(t)
	run := odooctl(t, "apply", "-l", "next", "--playbook", "rolling-restart", inventory()).want(t, 0).has(t,
		"next1: next shows its maintenance page")
	broken := playbook(t,
		"- {name: Odoo, hosts: odoo, rolling: {drain: true}, tasks: [odoo.restart], gates: [{command: 'false', within: "+
			"1s}]}\n")
	odooctl(t, "apply", "-l", "next", "--playbook", broken, inventory()).want(t, 5).has(t, "put back")
	if res := ask(t, "next1", "GET", nextLogin); res.StatusCode != 200 || site() != "0\n" {
		t.Errorf("after a restart that failed: %s", res.Status)
	}

	f := begin(t, "next1: applying", "apply", "-l", "next", "--playbook", "rolling-restart", inventory())
	f.cmd.Process.Signal(syscall.SIGKILL)
	f.cmd.Wait()
	if res := ask(t, "next1", "POST", "https://next.mycompany.example/jsonrpc"); res.StatusCode != 503 {
		t.Errorf("after the controller was killed: %s", res.Status)
	}
	odooctl(t, "resume", "last").want(t, 0) // at once: what is left of the run on the host ends
	if res := ask(t, "next1", "GET", nextLogin); res.StatusCode != 200 || site() != "0\n" {
		t.Errorf("after the run was resumed: %s", res.Status)
	}
	all.stop()
	t.Logf("%d requests: %d saw the page, %d were lost; the run said:\n%s",
		all.sent.Load(), shut.Load(), all.lost.Load(), run.err)
	if lost := all.lost.Load(); lost > 0 || shut.Load() == 0 {
		t.Errorf("%d of %d requests were lost, %d saw the page: %v",
			lost, all.sent.Load(), shut.Load(), all.last.Load())
	}
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}
