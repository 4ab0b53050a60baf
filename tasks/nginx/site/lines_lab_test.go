//go:build lab

package site

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLongLines: what Odoo itself takes and gives passes nginx: requests with lines of up to
// 64 KiB, and the redirect to the login page, which repeats the address with its escapes
// escaped.
func TestLongLines(t *testing.T) {
	odoo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/web" {
			http.SetCookie(w, &http.Cookie{Name: "session_id", Value: strings.Repeat("x", 84), HttpOnly: true})
			w.Header().Set("Location", "/web/login?redirect="+url.QueryEscape(r.RequestURI))
			w.WriteHeader(http.StatusSeeOther)
			return
		}
		_, _ = io.WriteString(w, r.RequestURI+r.Header.Get("Cookie"))
	}))
	defer odoo.Close()
	for _, tls := range []bool{true, false} {
		n := newNginx(t)
		s := Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 16, RPC: Reach{All: true},
			HTTP: []string{odoo.Listener.Addr().String()}}
		addresses := []string{"http://" + n.plain}
		if tls {
			s.Certificate, s.Key = n.certificate, n.key
			addresses = []string{"https://" + n.secure}
		}
		n.serve(s)
		for _, http2 := range slices.Compact([]bool{false, tls}) {
			transport := n.client.Transport.(*http.Transport).Clone()
			transport.ForceAttemptHTTP2 = http2
			n.client.Transport = transport
			for _, address := range addresses {
				for _, size := range []int{100, 3600, 8639, 60000} {
					query := "?q=" + strings.Repeat("%5B1%5D", size/7)
					response, _ := n.get(address+"/web"+query, "odoo.example.com", nil)
					if want := "/web/login?redirect=" + url.QueryEscape("/web"+query); response.StatusCode != 303 ||
						response.Header.Get("Location") != want {
						t.Errorf("%s /web and %d characters: %s, Location of %d, want 303 and %d", response.Proto, len(query),
							response.Status, len(response.Header.Get("Location")), len(want))
					}
					if (response.ProtoMajor == 2) != http2 {
						t.Errorf("%s, want HTTP/2: %v", response.Proto, http2)
					}
					cookie := "c=" + strings.Repeat("x", size)
					response, body := n.get(address+"/odoo"+query, "odoo.example.com", http.Header{"Cookie": {cookie}})
					if response.StatusCode != 200 || body != "/odoo"+query+cookie {
						t.Errorf("%s /odoo and %d characters, cookie of %d: %s", response.Proto, len(query), size, response.Status)
					}
				}
			}
		}
	}
}

// TestAttachments: an attachment that nginx sends in Odoo's place has the headers that it has
// when Odoo sends it. Of the validators nginx has its own.
func TestAttachments(t *testing.T) {
	const svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
	odoo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, value := range map[string]string{
			"Content-Type": "image/svg+xml; charset=utf-8", "Content-Disposition": "inline; filename=a.svg",
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"Cache-Control": "private, max-age=0", "Access-Control-Allow-Origin": "*",
			"Access-Control-Allow-Methods": "GET, POST", "X-Frame-Options": "SAMEORIGIN", "Vary": "Cookie",
			"Content-Language": "de", "Referrer-Policy": "same-origin",
		} {
			h.Set(name, value)
		}
		http.SetCookie(w, &http.Cookie{Name: "session_id", Value: "x", HttpOnly: true})
		if r.URL.RawQuery == "own" {
			_, _ = io.WriteString(w, svg)
			return
		}
		h.Set("X-Sendfile", "/odoo/filestore"+r.URL.Path)
		h.Set("X-Accel-Redirect", "/web/filestore"+r.URL.Path)
		h.Set("Content-Length", "0")
	}))
	defer odoo.Close()
	n := newNginx(t)
	n.write("filestore/mycompany/ab/abcd", svg)
	n.serve(Site{Name: "mycompany", ServerNames: []string{"odoo.example.com"}, Odoo: 19, RPC: Reach{All: true},
		HTTP: []string{odoo.Listener.Addr().String()}, Certificate: n.certificate, Key: n.key, HSTS: true,
		Filestore: filepath.Join(n.dir, "filestore")})
	headers := func(query string) http.Header {
		response, body := n.get("https://"+n.secure+"/mycompany/ab/abcd"+query, "odoo.example.com", nil)
		if response.StatusCode != 200 || body != svg {
			t.Fatalf("%q: %s %q", query, response.Status, body)
		}
		h := response.Header
		for _, name := range []string{"Date", "Etag", "Last-Modified", "Accept-Ranges"} {
			h.Del(name)
		}
		return h
	}
	own, sent := headers("?own"), headers("")
	if len(own) < 13 || !maps.EqualFunc(own, sent, slices.Equal) {
		t.Errorf("Odoo says\n%v\nand nginx for it\n%v", own, sent)
	}
	response, _ := n.get("https://"+n.secure+"/web/filestore/mycompany/ab/abcd", "odoo.example.com", nil)
	if response.StatusCode != 404 {
		t.Errorf("asked for past Odoo: %s", response.Status)
	}
}
