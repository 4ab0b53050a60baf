package site

import (
	"fmt"
	"net"
)

// upstream is a group of backends as the template writes it.
type upstream struct {
	Name     string
	Affinity string   // directive that keeps a client with its host; "": none
	Servers  []string // lines
}

// Upstreams are the groups of the site: HTTP, and live chat if it has ports of its own.
func (p page) Upstreams() []upstream {
	list := []upstream{p.upstream("http", p.HTTP)}
	if len(p.Chat) > 0 {
		list = append(list, p.upstream("chat", p.Chat))
	}
	return list
}

func (p page) upstream(kind string, backends []string) upstream {
	u := upstream{Name: "odoo_" + p.ID() + "_" + kind}
	pinned := len(backends) > 1
	switch {
	case pinned && p.Nginx.Sticky():
		u.Affinity = p.sticky()
	case pinned: // by address; whoever shares one, such as an office, shares a host
		u.Affinity = "ip_hash"
	}
	for _, b := range backends {
		route := ""
		if pinned && p.Nginx.Sticky() {
			route = " route=" + p.route(b)
		}
		u.Servers = append(u.Servers, p.States[b].line(b, route, p.Nginx))
	}
	return u
}

// sticky is the cookie. It lives as long as the longest of Odoo's sessions.
func (p page) sticky() string {
	line := "sticky cookie odoo_route expires=90d path=/ httponly samesite=lax"
	if p.Secure() {
		line += " secure"
	}
	return line
}

// route is the cookie's value: the same for the HTTP and the chat port of a host, and
// without its address.
func (p page) route(backend string) string {
	host, _, err := net.SplitHostPort(backend)
	if err != nil {
		host = backend
	}
	return digest(fmt.Sprintf("%s %s", p.Name, host), 4)
}
