//go:build lab

package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	csrfToken = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)
	pageTitle = regexp.MustCompile(`(?s)<title>\s*(.*?)\s*</title>`)
)

// browser returns a client that resolves every name to one address, and accepts a
// self-signed certificate that is valid for the requested name.
func browser(addr string) *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{
		Jar:     jar,
		Timeout: time.Minute,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, host string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(host)
				if err != nil {
					return nil, err
				}
				return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(addr, port))
			},
			TLSClientConfig: &tls.Config{
				InsecureSkipVerify: true,
				VerifyConnection: func(s tls.ConnectionState) error {
					return s.PeerCertificates[0].VerifyHostname(s.ServerName)
				},
			},
		},
	}
}

// login opens the login page over HTTPS and logs in as a person would.
func login(t *testing.T, name, addr, database string) {
	t.Helper()
	c := browser(addr)
	var page string
	eventually(t, time.Minute, func() (err error) {
		page, err = get(c, "https://"+name+"/web/login")
		return err
	})
	title := pageTitle.FindStringSubmatch(page)
	token := csrfToken.FindStringSubmatch(page)
	if title == nil || token == nil {
		t.Fatalf("%s: this is no login page:\n%.2000s", name, page)
	}
	res, err := c.PostForm("https://"+name+"/web/login", url.Values{
		"login": {"admin"}, "password": {secretOf(t, "admin")}, "csrf_token": {token[1]}, "redirect": {""},
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: login page %q; after the login %d at %s", name, title[1], res.StatusCode, res.Request.URL)
	if res.StatusCode != 200 || strings.Contains(string(body), `name="csrf_token"`) &&
		strings.Contains(string(body), `name="password"`) {
		t.Errorf("%s: not logged in: %d at %s", name, res.StatusCode, res.Request.URL)
	}
	session(t, c, name, database)
}

// session returns Odoo's information on the session.
func session(t *testing.T, c *http.Client, name, database string) {
	t.Helper()
	res, err := c.Post("https://"+name+"/web/session/get_session_info", "application/json",
		strings.NewReader(`{"jsonrpc":"2.0","method":"call","params":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != 200 || !strings.Contains(string(body), fmt.Sprintf(`"db": %q`, database)) ||
		!strings.Contains(string(body), `"username": "admin"`) {
		t.Errorf("%s: the session is not admin's in %s: %d %.400s", name, database, res.StatusCode, body)
	}
}

func get(c *http.Client, address string) (string, error) {
	res, err := c.Get(address)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != 200 {
		err = fmt.Errorf("GET %s: %s: %.300s", address, res.Status, body)
	}
	return string(body), err
}

// secretOf reads a secret of the lab's inventory.
func secretOf(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(secretFile(name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func secretFile(name string) string { return filepath.Join(folder, ".state", "secrets", name) }
