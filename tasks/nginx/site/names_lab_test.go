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

// tells is a backend that tells what reached it.
func tells(t *testing.T) (address string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session_id", Value: "x", HttpOnly: true})
		forwarded := strings.Split(r.Header.Get("X-Forwarded-For"), ", ")
		fmt.Fprintf(w, "host=%s proto=%s real=%s last=%s filter=%q", r.Host, r.Header.Get("X-Forwarded-Proto"),
			r.Header.Get("X-Real-IP"), forwarded[len(forwarded)-1], r.Header.Values("X-Odoo-Dbfilter"))
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// TestNamesToOne: a name leads to the first one in one step, over HTTP and over HTTPS, whose
// certificate has it.
func TestNamesToOne(t *testing.T) {
	for _, tls := range []bool{true, false} {
		n := newNginx(t)
		s := Site{Name: "mycompany", ServerNames: []string{"www.example.com", "odoo.example.com"},
			RedirectFrom: []string{"example.com"}, Odoo: 16, HTTP: []string{tells(t)}}
		scheme := "http"
		if tls {
			s.Certificate, s.Key, s.HSTS, scheme = n.certificate, n.key, true, "https"
		}
		n.serve(s)
		addresses := []string{"http://" + n.plain}
		if tls {
			addresses = append(addresses, "https://"+n.secure)
		}
		for _, address := range addresses {
			response, _ := n.get(address+"/shop?a=b%20c", "example.com", nil)
			if to := response.Header.Get("Location"); response.StatusCode != 308 ||
				to != scheme+"://www.example.com/shop?a=b%20c" {
				t.Errorf("%s: %s to %q", address, response.Status, to)
			}
		}
		if response, body := n.get(addresses[len(addresses)-1]+"/", "odoo.example.com", nil); response.StatusCode != 200 {
			t.Errorf("another name: %s %s", response.Status, body)
		}
	}
}

// TestBehind: what a proxy in front says of the client counts, and what others say does not.
// Where it ends TLS, its requests come back to no redirect.
func TestBehind(t *testing.T) {
	said := http.Header{"X-Forwarded-For": {"203.0.113.66, 198.51.100.7"}, "X-Forwarded-Proto": {"https"},
		"X-Odoo-Dbfilter": {".*"}}
	for _, c := range []struct {
		behind, proto string // from whom nginx believes, and what the request says
		want, cookie  string
	}{
		{"127.0.0.0/8", "https", "proto=https real=198.51.100.7 last=198.51.100.7", "Secure"},
		{"127.0.0.0/8", "http", "proto=http real=198.51.100.7 last=198.51.100.7", ""},
		{"127.0.0.0/8", "gopher", "proto=http real=198.51.100.7 last=198.51.100.7", ""},
		{"10.0.0.0/8", "https", "proto=http real=127.0.0.1 last=127.0.0.1", ""},
	} {
		n := newNginx(t)
		n.serve(Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, HTTP: []string{tells(t)},
			Behind: []string{c.behind}, RedirectFrom: []string{"example.com"}})
		h := said.Clone()
		h.Set("X-Forwarded-Proto", c.proto)
		response, body := n.get("http://"+n.plain+"/web/login", "odoo.example.com", h)
		if want := "host=odoo.example.com " + c.want + " filter=[]"; response.StatusCode != 200 || body != want {
			t.Errorf("%+v: %s %q, want %q", c, response.Status, body, want)
		}
		if cookie := response.Header.Get("Set-Cookie"); strings.Contains(cookie, "Secure") != (c.cookie != "") {
			t.Errorf("%+v: cookie %q", c, cookie)
		}
		response, _ = n.get("http://"+n.plain+"/", "example.com", h)
		proto, _, _ := strings.Cut(strings.TrimPrefix(c.want, "proto="), " ")
		if to := response.Header.Get("Location"); to != proto+"://odoo.example.com/" {
			t.Errorf("%+v: another name leads to %q", c, to)
		}
	}
	n := newNginx(t)
	n.serve(Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, HTTP: []string{tells(t)},
		Behind: []string{"127.0.0.1"}, Certificate: n.certificate, Key: n.key})
	if response, body := n.get("http://"+n.plain+"/", "odoo.example.com", said); response.StatusCode != 421 {
		t.Errorf("a request that came over HTTPS, on port 80: %s %s", response.Status, body)
	}
	if response, body := n.get("https://"+n.secure+"/", "odoo.example.com", said); response.StatusCode != 200 ||
		!strings.Contains(body, "proto=https real=198.51.100.7") {
		t.Errorf("on port 443: %s %s", response.Status, body)
	}
}

// TestOwnLines: they are in the server block, do not take what is closed, and Opens says where
// they do.
func TestOwnLines(t *testing.T) {
	for _, c := range []struct {
		lines string
		path  string
		want  int
		opens bool
	}{
		{"location = /robots.txt { return 200 \"x\\n\"; }", "/robots.txt", 200, false},
		{"location ~ ^/web { return 200; }", "/web/database/manager", 403, false},
		{"location ^~ /web/ { return 200; }", "/web/database/manager", 200, true},
		{"location = /web/database/manager { return 200; }", "/web/database/manager", 200, true},
		{"location ^~ /en/web/ { return 200; }", "/en/web/database/manager", 200, true},
		{"location ^~ /website/ { return 200; }", "/web/database/manager", 403, false},
		{"error_page 500 403 = @odoo;\nlocation @odoo { return 200; }", "/web/database/manager", 200, true},
	} {
		n := newNginx(t)
		n.write("own.include", c.lines+"\n")
		s := Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, HTTP: []string{tells(t)},
			RPC: Reach{All: true}, Include: filepath.Join(n.dir, "own.include"), Included: "0"}
		n.serve(s)
		response, _ := n.get("http://"+n.plain+c.path, "odoo.example.com", nil)
		if response.StatusCode != c.want {
			t.Errorf("%s: %s of %s, want %d", c.lines, response.Status, c.path, c.want)
		}
		if found := Opens(c.lines, s); len(found) > 0 != c.opens {
			t.Errorf("%s opens %q, want %v", c.lines, found, c.opens)
		}
		s.Manager.All = true
		if found := Opens(c.lines, s); len(found) > 0 {
			t.Errorf("%s, where all is open, opens %q", c.lines, found)
		}
	}
}

// TestOwnLocations: nginx reads each as one block, and those that Check takes do not open what is closed.
func TestOwnLocations(t *testing.T) {
	for _, c := range []struct{ match, lines, path, want string }{
		{"= /robots.txt", `return 200 "a;b}\n";`, "/robots.txt", "200 a;b}"},
		{`~ ^/f\.x$`, "if ($arg_a) {\nreturn 204; # }\n}\nreturn 201;", "/f.x?a=1", "204 "},
		{"/web", "proxy_pass http://ODOO;", "/web/database/manager", "403"},
		{"/web/login", "proxy_pass http://ODOO;", "/web/login/x", "200"},
		{"~ ^/web/database", "proxy_pass http://ODOO;", "/web/database/manager", "403"},
		{"^~ /website/", "proxy_pass http://ODOO;", "/web/database/manager", "403"},
	} {
		n, odoo := newNginx(t), tells(t)
		l := Location{c.match, []string{strings.ReplaceAll(c.lines, "ODOO", odoo)}}
		s := Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, HTTP: []string{odoo},
			RPC: Reach{All: true}, Include: filepath.Join(n.dir, "own.include"), Included: "0"}
		if err := l.Check(s); err != nil {
			t.Error(err)
		}
		n.write("own.include", l.String())
		n.serve(s)
		response, body := n.get("http://"+n.plain+c.path, "odoo.example.com", nil)
		if got := fmt.Sprintf("%d %s", response.StatusCode, body); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s{ %s}: %s is %s, want %s", c.match, c.lines, c.path, got, c.want)
		}
	}
}
