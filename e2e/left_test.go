//go:build lab

package e2e

import (
	"strings"
	"syscall"
	"testing"
)

// TestLeftOutOfService: nginx says who took a host out. What a dead run left, the next apply
// sends requests again, and nobody notices; what a person took out stays out, and the only
// host that serves then is not restarted without a page.
func TestLeftOutOfService(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	restart := []string{"apply", "-l", "mycompany", "--lock-timeout", "60s", "--playbook", "rolling-restart", inventory()}

	t.Run("a dead run", func(t *testing.T) {
		f := begin(t, "app1: applying", restart...)
		f.signal(t, syscall.SIGKILL)
		f.cmd.Wait()
		if out := outOfService(t); !strings.Contains(out, subnet+"11:") {
			t.Fatalf("the run that was killed left this out of service: %q", out)
		}
		odooctl(t, "plan", inventory()).want(t, 0).has(t, "app1 of mycompany gets no requests, since 20", "for run",
			"odooctl resume 20")
		users := watching(t, atShop)
		run := odooctl(t, "apply", "--lock-timeout", "60s", inventory())
		users.noticed(t)
		run.want(t, 0).has(t, "app1: is sent requests of mycompany again; it got none, since 20")
		if out := outOfService(t); out != "" {
			t.Errorf("still out of service: %s", out)
		}
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})

	long(t, "a dead run, resumed, that changes nginx too", func(t *testing.T) {
		drift(t)
		f := begin(t, "app1: applying", "apply", inventory())
		f.signal(t, syscall.SIGKILL)
		f.cmd.Wait()
		odooctl(t, "resume", "last").want(t, 0).has(t, "web1: is planned again")
		if out := outOfService(t); out != "" {
			t.Errorf("still out of service: %s", out)
		}
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})

	long(t, "a person", func(t *testing.T) {
		odooctl(t, "drain", "-y", inventory(), "mycompany", "app2").want(t, 0)
		defer func() {
			odooctl(t, "undrain", "-y", inventory(), "mycompany", "app2").want(t, 0)
			odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
		}()
		odooctl(t, "plan", inventory()).want(t, 0).has(t, "app2 of mycompany gets no requests, since 20", "odooctl undrain")
		users := watching(t, atShop)
		run := odooctl(t, restart...)
		if users.noticed(t).Pages() == 0 {
			t.Error("the only host that serves was restarted, and nobody met the page")
		}
		run.want(t, 0).has(t, "app1: is the only one that serves mycompany")
		if out := outOfService(t); !strings.Contains(out, subnet+"12:") || strings.Contains(out, subnet+"11:") {
			t.Errorf("out of service is %q, want app2", out)
		}
	})
}
