//go:build lab

package site

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// TestRouting starts the machine's own nginx on two loopback ports, with two backends
// that report what reached them, and sends the requests that matter.
func TestRouting(t *testing.T) {
	backend := func(name string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "session_id", Value: "x", HttpOnly: true})
			fmt.Fprintf(w, "%s host=%s fhost=%s proto=%s for=%s real=%s db=%q upgrade=%s connection=%s", name, r.Host,
				r.Header.Get("X-Forwarded-Host"), r.Header.Get("X-Forwarded-Proto"),
				r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Real-IP"), r.Header.Values("X-Odoo-Database"),
				r.Header.Get("Upgrade"), r.Header.Get("Connection"))
		}))
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	n := newNginx(t)
	n.write("addons/web/static/x.css", "static")
	n.write("acme/.well-known/acme-challenge/token", "proof")
	n.serve(Site{
		Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, HTTP: []string{backend("http")},
		Chat: []string{backend("chat")}, Certificate: n.certificate, Key: n.key, HSTS: true, RPC: Reach{All: true},
		StaticRoots: []string{filepath.Join(n.dir, "none"), filepath.Join(n.dir, "addons")},
		Webroot:     filepath.Join(n.dir, "acme"),
	})
	plain, secure := n.plain, n.secure
	get := func(url string, header http.Header) (*http.Response, string) {
		t.Helper()
		return n.get(url, "odoo.example.com:8443", header)
	}
	tests := []struct {
		url    string
		header http.Header
		status int
		want   string
	}{
		{"http://" + plain + "/a?b=c", nil, 308, ""},
		{"http://" + plain + "/.well-known/acme-challenge/token", nil, 200, "proof"},
		{"https://" + secure + "/web/login", http.Header{"X-Odoo-Database": {"evil"}, "X-Forwarded-Host": {"evil"}},
			200, "http host=odoo.example.com fhost=odoo.example.com:8443 proto=https for=127.0.0.1 real=127.0.0.1 db=[] " +
				"upgrade= connection=close"},
		{"https://" + secure + "/websocket", http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}}, 200,
			"chat host=odoo.example.com fhost=odoo.example.com:8443 proto=https for=127.0.0.1 real=127.0.0.1 db=[] " +
				"upgrade=websocket connection=upgrade"},
		{"https://" + secure + "/websocket/health", nil, 200, "chat "},
		{"https://" + secure + "/longpolling/poll", nil, 200, "http "},
		{"https://" + secure + "/web/database/manager", nil, 403, ""},
		{"https://" + secure + "/web/%64atabase/manager", nil, 403, ""},
		{"https://" + secure + "//web//database/create", nil, 403, ""},
		{"https://" + secure + "/web/x/../database/list", nil, 403, ""},
		{"https://" + secure + "/xmlrpc/db", nil, 403, ""},
		{"https://" + secure + "/xmlrpc/2/db", nil, 403, ""},
		{"https://" + secure + "/xmlrpc/2/common", nil, 200, "http "},
		{"https://" + secure + "/web/static/x.css", nil, 200, "static"},
		{"https://" + secure + "/web/static/missing.css", nil, 200, "http "},
		{"https://" + secure + "/web/static/%2e%2e/%2e%2e/cert.pem", nil, 200, "http "},
	}
	for _, test := range tests {
		response, body := get(test.url, test.header)
		if response.StatusCode != test.status || test.want != "" && !strings.HasPrefix(body, test.want) {
			t.Errorf("%s: %d %q, want %d %q", test.url, response.StatusCode, body, test.status, test.want)
		}
		https := strings.HasPrefix(test.url, "https:")
		if hsts := response.Header.Get("Strict-Transport-Security"); (hsts != "") != https {
			t.Errorf("%s: HSTS %q", test.url, hsts)
		}
		if cookie := response.Header.Get("Set-Cookie"); https && cookie != "" &&
			(!strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "SameSite=Lax")) {
			t.Errorf("%s: cookie %q", test.url, cookie)
		}
	}
	response, _ := get("http://"+plain+"/a?b=c", nil)
	if location := response.Header.Get("Location"); location != "https://odoo.example.com/a?b=c" {
		t.Errorf("redirect to %q", location)
	}
}
