//go:build lab

package site

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	certificate, key := selfSigned(t)
	write("cert.pem", certificate)
	write("key.pem", key)
	write("addons/web/static/x.css", "static")
	write("acme/.well-known/acme-challenge/token", "proof")
	s := Site{
		Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, Nginx: Version{1, 22,
			1}, HTTP: []string{backend("http")}, Chat: []string{backend("chat")},
		Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir,
			"key.pem"), HSTS: true, RPC: Reach{All: true}, StaticRoots: []string{filepath.Join(dir, "none"),
			filepath.Join(dir, "addons")}, Webroot: filepath.Join(dir, "acme"),
	}
	text, err := Render(s)
	if err != nil {
		t.Fatal(err)
	}
	plain, secure := freePort(t), freePort(t)
	text = strings.NewReplacer("listen 80;", "listen "+plain+";", "listen 443 ", "listen "+secure+" ").Replace(text)
	write("site.conf", text)
	write("nginx.conf", "user root;\ndaemon off;\npid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n"+
		"    access_log off;\n    client_body_temp_path body;\n    proxy_temp_path proxy;\n    fastcgi_temp_path fastcgi;\n"+
		"    uwsgi_temp_path uwsgi;\n    scgi_temp_path scgi;\n    include site.conf;\n}\n")

	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	nginx := exec.CommandContext(ctx, "nginx", "-p", dir, "-c", "nginx.conf", "-e", filepath.Join(dir, "start.log"))
	nginx.Cancel = func() error { return nginx.Process.Signal(os.Interrupt) }
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	defer nginx.Wait()
	defer stop()
	waitFor(t, secure)

	client := &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
			DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	get := func(url string, header http.Header) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header
		request.Host = "odoo.example.com:8443"
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, string(body)
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

// freePort returns a loopback address without a listener.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func waitFor(t *testing.T, address string) {
	t.Helper()
	for range 50 {
		if c, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			c.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("nothing listens on %s after 5 s", address)
}
