package site

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	nginxVersions = []Version{{1, 14, 2}, {1, 18, 0}, {1, 22, 1}, {1, 26, 3}, {1, 30, 0}}
	odooVersions  = []int{10, 14, 15, 16, 19}
)

// full is a site with everything that a version can have.
func full(name string, nginx Version, odoo int) Site {
	return Site{
		Name: name, ServerNames: []string{"odoo." + name + ".com", "*." + name + ".com"}, Odoo: odoo, Nginx: nginx,
		HTTP: []string{"192.168.1.11:8069", "[fd00::12]:8069"}, Chat: []string{"192.168.1.11:8072",
			"[fd00::12]:8072"}, States: map[string]State{"[fd00::12]:8069": Drain},
		Certificate: "/etc/letsencrypt/live/" + name + "/fullchain.pem", Key: "/etc/letsencrypt/live/" + name +
			"/privkey.pem",
		X25519MLKEM768: nginx.AtLeast(1, 30, 0), HSTS: true, IPv6: true,
		Manager: Reach{Ranges: []string{"192.168.1.0/24",
			"fd00::1"}}, RPC: Reach{All: true}, LoginRate: "60r/m", RPCRate: "50r/s",
		Filestore: "/var/lib/odoo/filestore", StaticRoots: []string{"/usr/lib/python3/dist-packages/odoo/addons",
			"/opt/addons"}, Webroot: "/var/www/letsencrypt", Webs: []string{"192.168.1.9:80"},
		AccessLog: "/var/log/nginx/" + name + ".access.log", ErrorLog: "/var/log/nginx/" + name + ".error.log",
	}
}

// least is a site without any optional field.
func least(name string, nginx Version, odoo int) Site {
	return Site{
		Name: name, ServerNames: []string{name +
			".example.com"}, Odoo: odoo, Nginx: nginx, HTTP: []string{"127.0.0.1:8069"},
		Certificate: "/etc/ssl/" + name + ".pem", Key: "/etc/ssl/private/" + name + ".key",
	}
}

func golden() map[string]Site {
	sites := map[string]Site{"least": least("mycompany", Version{1, 22, 1}, 16)}
	modern := least("my-company", Version{1, 22, 1}, 14)
	modern.TLS, modern.Redirect, modern.MaxBodySize, modern.Timeout = Modern, 301, "0", time.Hour
	sites["modern"] = modern
	plain := least("mycompany", Version{1, 22, 1}, 19)
	plain.Certificate, plain.Key, plain.IPv6, plain.Manager.All = "", "", true, true
	sites["plain"] = plain
	front := plain
	front.Manager, front.RedirectFrom, front.Behind = Reach{}, []string{"mycompany.com"}, []string{"10.0.0.0/8", "fd00::1"}
	front.Include, front.Included = "/etc/nginx/odooctl/mycompany.include", "0123abcd"
	front.ServerNames = append(slices.Clone(front.ServerNames), "*.mycompany.com")
	front.Filters = []Filter{{"*.mycompany.com", "^%d$"}, {front.ServerNames[0], "^(prod|test[0-9]+)_.*$"}}
	sites["front"] = front
	names := full("mycompany", Version{1, 22, 1}, 19)
	names.RedirectFrom, names.Behind = []string{"mycompany.com", "*.mycompany.org"}, []string{"10.0.0.0/8"}
	sites["names"] = names
	for _, nginx := range nginxVersions {
		for _, odoo := range odooVersions {
			sites[fmt.Sprintf("nginx1.%d-odoo%d", nginx.Minor, odoo)] = full("mycompany", nginx, odoo)
		}
	}
	return sites
}

// hosts are shared files of hosts, one per syntax.
func hosts() map[string]Host {
	list := map[string]Host{"host-least": {Nginx: Version{1, 22, 1}, Generation: "0123abcd"}}
	for _, nginx := range nginxVersions {
		list[fmt.Sprintf("host-nginx1.%d", nginx.Minor)] = Host{
			Nginx: nginx, Generation: "0123abcd", IPv6: true, DefaultHTTP: true, DefaultTLS: true,
			X25519MLKEM768: nginx.AtLeast(1, 30, 0),
			Certificate:    "/etc/ssl/mycompany.pem", Key: "/etc/ssl/private/mycompany.key",
		}
	}
	return list
}

func TestGolden(t *testing.T) {
	files := map[string]string{}
	for name, s := range golden() {
		text, err := Render(s)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = text
	}
	for name, h := range hosts() {
		text, err := RenderHost(h)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = text
	}
	for name, got := range files {
		file := filepath.Join("testdata", name+".conf")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", file, got, want)
		}
	}
}

// TestEveryLocationHasTheHeaders guards nginx's rule that one proxy_set_header
// of a location cancels all that it would inherit.
func TestEveryLocationHasTheHeaders(t *testing.T) {
	for name, s := range golden() {
		text, err := Render(s)
		if err != nil {
			t.Fatal(err)
		}
		dbfilter := `X-Odoo-dbfilter ""`
		if len(s.Filters) > 0 {
			dbfilter = "X-Odoo-dbfilter $odoo_"
		}
		blocks := strings.Split(text, "proxy_pass ")[1:]
		for _, block := range blocks {
			block, _, _ = strings.Cut(block, "}")
			if strings.HasPrefix(block, "http://odoo_mycompany_webs;") {
				continue // for another nginx, and not for Odoo
			}
			for _, header := range []string{"Host $host", "X-Real-IP $remote_addr",
				"X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Host $http_host",
				"X-Forwarded-Proto $", `X-Odoo-Database ""`, dbfilter} {
				if !strings.Contains(block, "proxy_set_header "+header) {
					t.Errorf("%s: a location has no %s:\n%s", name, header, block)
				}
			}
		}
	}
}

func TestVersions(t *testing.T) {
	tests := []struct {
		nginx     Version
		odoo      int
		has, lack []string
	}{
		{Version{1, 25, 0}, 16, []string{"listen 443 ssl http2;"}, []string{"http2 on;"}},
		{Version{1, 25, 1}, 16, []string{"listen 443 ssl;", "http2 on;"}, []string{"ssl http2"}},
		{Version{2, 0, 0}, 16, []string{"http2 on;"}, []string{"ssl http2"}},
		{Version{1, 19, 2}, 16, nil, []string{"proxy_cookie_flags"}},
		{Version{1, 19, 3}, 16, []string{"proxy_cookie_flags session_id samesite=lax secure;"}, nil},
		{Version{1, 23, 1}, 16, []string{"ssl_session_tickets off;"}, nil},
		{Version{1, 23, 2}, 16, nil, []string{"ssl_session_tickets"}},
		{Version{1, 22, 1}, 15, []string{"location /longpolling {"}, []string{"/websocket", "$http_upgrade"}},
		{Version{1, 27, 3}, 16, nil, []string{"keepalive_min_timeout"}},
		{Version{1, 27, 4}, 16, []string{"keepalive_min_timeout 10s;"}, nil},
		{Version{1, 29, 5}, 16, []string{"ip_hash;", "server [fd00::12]:8069 down;"}, []string{"sticky", "drain"}},
		{Version{1, 29, 6}, 16, []string{"sticky cookie odoo_route ", "server [fd00::12]:8069 route=", " drain;"},
			[]string{"ip_hash", " down;"}},
		{Version{1, 22, 1}, 16, []string{"location /websocket {", "proxy_set_header Upgrade $http_upgrade;"},
			[]string{"/longpolling"}},
	}
	for _, test := range tests {
		text, err := Render(full("mycompany", test.nginx, test.odoo))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range test.has {
			if !strings.Contains(text, part) {
				t.Errorf("%v, Odoo %d: no %q", test.nginx, test.odoo, part)
			}
		}
		for _, part := range test.lack {
			if strings.Contains(text, part) {
				t.Errorf("%v, Odoo %d: has %q", test.nginx, test.odoo, part)
			}
		}
	}
}

func TestIDsDiffer(t *testing.T) {
	names := []string{"a", "a-b", "a_b", "a.b", "A-b", "ab", "A", "aB", "a--b", strings.Repeat("x", 20),
		strings.Repeat("x", 21), strings.Repeat("x", 63), "mycompany-prod-eu-1", "mycompany-prod-eu-2"}
	seen := map[string]string{}
	for _, name := range names {
		id := page{Site{Name: name}}.ID()
		if other, ok := seen[strings.ToLower(id)]; ok || len(id) > 20 ||
			strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Errorf("%q has the id %q, and %q too", name, id, other)
		}
		seen[strings.ToLower(id)] = name
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, field string
		change      func(*Site)
	}{
		{"no name", "Name", func(s *Site) { s.Name = "" }},
		{"name", "Name", func(s *Site) { s.Name = "a b" }},
		{"no server names", "ServerNames", func(s *Site) { s.ServerNames = nil }},
		{"expression", "ServerNames", func(s *Site) { s.ServerNames[0] = "~^x" }},
		{"twice", "ServerNames", func(s *Site) { s.ServerNames = []string{"a", "a"} }},
		{"wildcard inside", "ServerNames", func(s *Site) { s.ServerNames[0] = "a.*.com" }},
		{"long name", "ServerNames", func(s *Site) { s.ServerNames[0] = strings.Repeat("abc.", 64) + "com" }},
		{"Odoo", "Odoo", func(s *Site) { s.Odoo = 9 }},
		{"old nginx", "Nginx", func(s *Site) { s.Nginx = Version{1, 12, 2} }},
		{"no backend", "HTTP", func(s *Site) { s.HTTP = nil }},
		{"no port", "HTTP", func(s *Site) { s.HTTP[0] = "127.0.0.1" }},
		{"port", "Chat", func(s *Site) { s.Chat[0] = "127.0.0.1:65536" }},
		{"signed port", "Chat", func(s *Site) { s.Chat[0] = "127.0.0.1:+80" }},
		{"unix socket", "HTTP", func(s *Site) { s.HTTP[0] = "unix:/x:80" }},
		{"zone", "HTTP", func(s *Site) { s.HTTP[0] = "[fe80::1%eth0]:80" }},
		{"no certificate", "Certificate", func(s *Site) { s.Certificate = "" }},
		{"no key", "Key", func(s *Site) { s.Key = "" }},
		{"HSTS of a self-signed certificate", "HSTS", func(s *Site) { s.SelfSigned = true }},
		{"HSTS without TLS", "HSTS", func(s *Site) { s.Certificate, s.Key = "", "" }},
		{"range with bits beside it", "Manager", func(s *Site) { s.Manager.Ranges[0] = "192.168.1.1/24" }},
		{"zone", "RPC", func(s *Site) { s.RPC = Reach{Ranges: []string{"fe80::1%;"}} }},
		{"rate", "LoginRate", func(s *Site) { s.LoginRate = "0r/s" }},
		{"rate of a day", "RPCRate", func(s *Site) { s.RPCRate = "5r/d" }},
		{"all down", "States",
			func(s *Site) { s.States = map[string]State{"192.168.1.11:8069": Down, "[fd00::12]:8069": Down} }},
		{"a state of nobody", "States", func(s *Site) { s.States = map[string]State{"192.168.1.13:8069": Down} }},
		{"an odd state", "States", func(s *Site) { s.States["[fd00::12]:8069"] = "weight=5" }},
		{"relative key", "Key", func(s *Site) { s.Key = "key.pem" }},
		{"unclean key", "Key", func(s *Site) { s.Key = "/etc/../key.pem" }},
		{"profile", "TLS", func(s *Site) { s.TLS = "old" }},
		{"redirect", "Redirect", func(s *Site) { s.Redirect = 302 }},
		{"size", "MaxBodySize", func(s *Site) { s.MaxBodySize = "128 m" }},
		{"timeout", "Timeout", func(s *Site) { s.Timeout = -time.Second }},
		{"part of a second", "Connect", func(s *Site) { s.Connect = time.Millisecond }},
	}
	for _, evil := range []string{";", "{", "}", "#", "$", `"`, "'", `\`, " ", "\t", "\n", "\r", "\x00", "\x7f", "\u00a0",
		"\u00e9", "\xff", "`", "(", "|"} {
		tests = append(tests, []struct {
			name, field string
			change      func(*Site)
		}{
			{evil, "Name", func(s *Site) { s.Name = "a" + evil + "b" }},
			{evil, "ServerNames", func(s *Site) { s.ServerNames[1] = "a" + evil + "b" }},
			{evil, "HTTP", func(s *Site) { s.HTTP[1] = "a" + evil + "b:80" }},
			{evil, "Chat", func(s *Site) { s.Chat[1] = "a:8" + evil }},
			{evil, "Certificate", func(s *Site) { s.Certificate = "/a" + evil }},
			{evil, "Key", func(s *Site) { s.Key = "/a" + evil + "b" }},
			{evil, "MaxBodySize", func(s *Site) { s.MaxBodySize = "1m" + evil }},
			{evil, "StaticRoots", func(s *Site) { s.StaticRoots[0] = "/a" + evil }},
			{evil, "Filestore", func(s *Site) { s.Filestore = "/a" + evil }},
			{evil, "Manager", func(s *Site) { s.Manager.Ranges[0] = "10.0.0.1" + evil }},
			{evil, "LoginRate", func(s *Site) { s.LoginRate = "1r/s" + evil }},
			{evil, "RPCRate", func(s *Site) { s.RPCRate = "1r/s" + evil }},
			{evil, "Webroot", func(s *Site) { s.Webroot = "/a" + evil }},
			{evil, "Webs", func(s *Site) { s.Webs = []string{"a" + evil + ":80"} }},
			{evil, "AccessLog", func(s *Site) { s.AccessLog = "/a" + evil }},
			{evil, "ErrorLog", func(s *Site) { s.ErrorLog = "/a" + evil }},
			{evil, "TLS", func(s *Site) { s.TLS = Profile("modern" + evil) }},
		}...)
	}
	for _, test := range tests {
		s := full("mycompany", Version{1, 22, 1}, 16)
		test.change(&s)
		text, err := Render(s)
		var fault *FieldError
		if text != "" || !errors.As(err, &fault) || fault.Field != test.field {
			t.Errorf("%s %q: %v, want an error of the field", test.field, test.name, err)
		}
	}
	_, err := Render(Site{})
	if err == nil || strings.Count(err.Error(), "\n") < 4 {
		t.Errorf("not all errors at once: %v", err)
	}
}

// FuzzRender puts one text into every text field. What is accepted must not change the
// structure of the file.
func FuzzRender(f *testing.F) {
	f.Add("/a/b")
	f.Add("a.b")
	f.Add("127.0.0.1:80")
	f.Add("1m;}")
	clean, err := Render(full("mycompany", Version{1, 22, 1}, 16))
	if err != nil {
		f.Fatal(err)
	}
	structure := func(text string) string {
		return strings.Map(func(c rune) rune {
			if strings.ContainsRune(";{}#\n\"'\\", c) {
				return c
			}
			return -1
		}, text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, set := range []func(*Site){
			func(s *Site) { s.Name = text }, func(s *Site) { s.ServerNames[0] = text },
			func(s *Site) { s.HTTP[0] = text }, func(s *Site) { s.Chat[0] = text },
			func(s *Site) { s.Certificate = text }, func(s *Site) { s.Key = text },
			func(s *Site) { s.MaxBodySize = text }, func(s *Site) { s.StaticRoots[0] = text },
			func(s *Site) { s.Filestore = text }, func(s *Site) { s.Manager.Ranges[0] = text },
			func(s *Site) { s.LoginRate = text }, func(s *Site) { s.RPCRate = text },
			func(s *Site) { s.Webroot = text }, func(s *Site) { s.AccessLog = text },
			func(s *Site) { s.ErrorLog = text },
		} {
			s := full("mycompany", Version{1, 22, 1}, 16)
			set(&s)
			if text == "" {
				continue
			}
			if out, err := Render(s); err == nil && structure(out) != structure(clean) {
				t.Fatalf("%q changes the structure:\n%s", text, out)
			}
		}
	})
}
