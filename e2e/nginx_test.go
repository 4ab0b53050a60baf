//go:build lab

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxies are the nginx hosts of the tests: 1.18, 1.22 and 1.30.
var proxies = []struct{ host, name, version string }{
	{"app1", "odoo.mycompany.example", "nginx/1.18"},
	{"web1", "odoo.mycompany.example", "nginx/1.22"},
	{"next1", "next.mycompany.example", "nginx/1.30"},
}

// TestNginx tests the sites of three versions of nginx from outside.
func TestNginx(t *testing.T) {
	both := edited(t, "hosts: [web1]", "hosts: [web1, app1]")
	odooctl(t, "apply", both).want(t, 0)
	defer func() { // a host that is no longer an nginx host keeps nothing of ours
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0).has(t, "odooctl-mycompany.conf left the inventory")
		if left := on(t, "app1", "systemctl disable -q --now nginx; ls /etc/nginx/*/odooctl* 2>/dev/null | grep -v "+
			"'^/etc/nginx/odooctl' || true"); left != "" {
			t.Errorf("app1 still has %s", left)
		}
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	}()
	odooctl(t, "plan", "--detailed-exitcode", both).want(t, 0)

	t.Run("nginx -t", func(t *testing.T) {
		for _, p := range proxies {
			out := on(t, p.host, "nginx -v 2>&1; nginx -t 2>&1")
			if !strings.Contains(out, p.version) || strings.Contains(out, "[warn]") {
				t.Errorf("%s:\n%s", p.host, out)
			}
		}
	})
	t.Run("closed", closed)
	t.Run("static files", func(t *testing.T) {
		res := ask(t, "next1", "GET", "https://next.mycompany.example/web/static/img/favicon.ico")
		if got := res.Header.Get("Cache-Control"); res.StatusCode != 200 || got != "max-age=86400" {
			t.Errorf("next1: %d, Cache-Control %q", res.StatusCode, got)
		}
		if res := ask(t, "web1", "GET", "https://odoo.mycompany.example/web/static/src/img/favicon.ico"); res.StatusCode != 200 {
			t.Errorf("web1, which has no code: %d", res.StatusCode)
		}
	})
	t.Run("login rate", func(t *testing.T) {
		var refused atomic.Int32
		var wg sync.WaitGroup
		c := browser(fleet.Host("web1").Address().String())
		for range 40 {
			wg.Go(func() {
				if res, err := c.PostForm("https://odoo.mycompany.example/web/login", nil); err != nil {
					t.Error(err)
				} else if res.Body.Close(); res.StatusCode == 429 {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		if n := refused.Load(); n < 5 || n > 20 {
			t.Errorf("%d of 40 logins refused, want those above 20 and one per second", n)
		}
	})
	long(t, "testssl", testssl)
}

// ask sends one request to a host of the lab.
func ask(t *testing.T, host, method, url string) *http.Response {
	t.Helper()
	c := browser(fleet.Host(host).Address().String())
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer c.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

// closed: the database manager and its RPC answer 403, the generation is not visible
// from outside, and names that no site has get no handshake.
func closed(t *testing.T) {
	for _, p := range proxies {
		for path, want := range map[string]int{
			"/web/database/manager": 403, "/web/database/selector": 403, "/fr/web/database/manager": 403,
			"//web//database/create": 403,
			"/xmlrpc/db":             403, "/xmlrpc/2/db": 403, "/web/filestore/x": 404, "/generation": 404,
			"/web/login": 200,
		} {
			if res := ask(t, p.host, "GET", "https://"+p.name+path); res.StatusCode != want {
				t.Errorf("%s%s: %d, want %d", p.host, path, res.StatusCode, want)
			}
		}
		addr := fleet.Host(p.host).Address().String()
		if res, err := browser(addr).Get("https://other.example/"); err == nil {
			t.Errorf("%s answers a name that no site has: %s", p.host, res.Status)
		}
		if res := ask(t, p.host, "GET", "http://odooctl/generation"); res.StatusCode == 200 {
			t.Errorf("%s tells its generation to others", p.host)
		}
		for _, port := range []string{"8069", "8072"} {
			if out := on(t, p.host, "ss -Hltn 'sport = :"+port+"' | awk '{ print $4 }'"); strings.HasPrefix(out, "0.0.0.0:") ||
				strings.HasPrefix(out, "*:") {
				t.Errorf("%s: Odoo listens for everybody: %s", p.host, out)
			}
		}
	}
}

// testssl makes testssl.sh look for weaknesses of medium severity and worse. Its
// findings on the self-signed certificate are left out.
func testssl(t *testing.T) {
	var wg sync.WaitGroup
	for _, p := range proxies {
		wg.Go(func() {
			file := filepath.Join(t.TempDir(), "testssl.json")
			began := time.Now()
			out, err := exec.CommandContext(t.Context(), "testssl", "--quiet", "--color", "0", "-n", "none", "--fast",
				"--ip", fleet.Host(p.host).Address().String(), "--severity", "MEDIUM", "--jsonfile", file,
				"-p", "-h", "-s", "-P", "-U", "https://"+p.name+"/").CombinedOutput()
			text, readErr := os.ReadFile(file)
			if readErr != nil {
				t.Errorf("%s: testssl: %v\n%s", p.host, err, out)
				return
			}
			var findings []struct{ ID, Severity, Finding string }
			if err := json.Unmarshal(text, &findings); err != nil {
				t.Errorf("%s: %v\n%s", p.host, err, text)
			}
			for _, f := range findings {
				if f.Severity != "WARN" { // not supported by this machine's openssl
					t.Errorf("%s: %s: %s: %s", p.host, f.Severity, f.ID, f.Finding)
				}
			}
			if !strings.Contains(string(out), "TLS 1.2    offered (OK)") ||
				!strings.Contains(string(out), "Testing vulnerabilities") {
				t.Errorf("%s: testssl did not look:\n%s", p.host, out)
			}
			t.Logf("%s, %s: %d findings in %.0f s", p.host, p.version, len(findings), time.Since(began).Seconds())
		})
	}
	wg.Wait()
}

// TestReloadUnderLoad: nginx is reloaded every second, and no request is lost. An nginx
// before 1.27.4 closes kept-alive connections when a worker ends, so there each request
// has its own connection.
func TestReloadUnderLoad(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	seconds := 10
	if *thorough {
		seconds = 60
	}
	for _, p := range []struct{ host, url, connection string }{
		{"web1", "https://odoo.mycompany.example/web/static/src/img/favicon.ico", "close"},   // from Odoo
		{"next1", "https://next.mycompany.example/web/static/img/favicon.ico", "keep-alive"}, // from the disk
	} {
		t.Run(p.host, func(t *testing.T) {
			t.Parallel()
			done := make(chan string)
			go func() { done <- wrk(t, p.host, p.url, p.connection, seconds) }()
			on(t, p.host, fmt.Sprintf("for i in $(seq %d); do sleep 1; systemctl reload nginx; done", seconds-1))
			out := <-done
			t.Logf("%d reloads:\n%s", seconds-1, out)
			for _, bad := range []string{"Socket errors", "Non-2xx"} {
				if strings.Contains(out, bad) {
					t.Errorf("%s: requests were lost", p.host)
				}
			}
			if !strings.Contains(out, "Requests/sec") {
				t.Errorf("%s: no load", p.host)
			}
		})
	}
}

// wrk puts load on a site. In wrk's own mount namespace its name resolves to a host of
// the lab: for a bare address it would send no name in the handshake.
func wrk(t *testing.T, host, url, connection string, seconds int) string {
	hosts := filepath.Join(t.TempDir(), "hosts")
	name := strings.Split(url, "/")[2]
	if err := os.WriteFile(hosts, []byte(fleet.Host(host).Address().String()+" "+name+"\n"), 0o644); err != nil {
		t.Error(err)
	}
	out, err := exec.CommandContext(t.Context(), "unshare", "-m", "sh", "-c",
		`mount --make-rprivate / && mount --bind "$1" /etc/hosts && exec wrk -t 1 -c 8 -d "$2" --timeout 30s -H "Connection: $3" "$4"`, "sh", hosts, fmt.Sprint(seconds), connection, url).CombinedOutput()
	if err != nil {
		t.Errorf("wrk: %v", err)
	}
	return string(out)
}
