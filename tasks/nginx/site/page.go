package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"odooctl/tasks/odoo/version"
)

// page is the data of the template of a server file.
type page struct{ Site }

// ID is the deployment's name as part of nginx's names, which are case-insensitive and
// in variables allow only _. Names that need a change get a digest, so that two
// deployments never share one; long ones too, as nginx's hash of variables takes about
// 40 bytes.
func (p page) ID() string {
	plain := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, strings.ToLower(p.Name))
	if plain == p.Name && !strings.Contains(plain, "_") && len(plain) <= 20 {
		return plain
	}
	return fmt.Sprintf("%.11s_%s", plain, digest(p.Name, 4))
}

func digest(text string, size int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:size])
}

func (p page) Names() string { return strings.Join(p.ServerNames, " ") }

// Elsewhere are the names that lead to the first of the others, and To where a request for
// one of them goes.
func (p page) Elsewhere() string { return strings.Join(p.RedirectFrom, " ") }

func (p page) To() string {
	scheme := "http"
	switch {
	case p.Secure():
		scheme = "https"
	case len(p.Behind) > 0:
		scheme = p.Scheme()
	}
	return scheme + "://" + p.ServerNames[0] + "$request_uri"
}

// Text is a filter in quotes of nginx, where a $ begins a variable, and none is one.
func (p page) Text(filter string) string {
	return strings.ReplaceAll(filter, "$", "${odoo_"+p.ID()+"_dollar}")
}

// Scheme is the variable with that of the client's own request.
func (p page) Scheme() string {
	if len(p.Behind) > 0 {
		return "$odoo_" + p.ID() + "_proto"
	}
	return "$scheme"
}

// Secure reports whether the site uses TLS.
func (p page) Secure() bool { return p.Certificate != "" }

// Crypto is the site's TLS configuration.
func (p page) Crypto() crypto {
	return crypto{p.Nginx, p.TLS, p.X25519MLKEM768}
}

// CookieFlags are what nginx adds to Odoo's session cookie, which has neither in
// any version; "" where nginx cannot.
func (p page) CookieFlags() string {
	switch {
	case !p.Nginx.CookieFlags():
		return ""
	case p.Secure():
		return "samesite=lax secure"
	case len(p.Behind) > 0 && p.Nginx.CookieFlagVariables():
		return "samesite=lax $odoo_" + p.ID() + "_secure"
	}
	return "samesite=lax"
}

// Websocket reports that live chat is a websocket; elsewhere it is a long poll.
func (p page) Websocket() bool { return version.Of(p.Odoo).Websocket }

// ChatUpstream is the upstream of live chat.
func (p page) ChatUpstream() string {
	if len(p.Chat) > 0 {
		return "odoo_" + p.ID() + "_chat"
	}
	return "odoo_" + p.ID() + "_http"
}

func (p page) Seconds(d time.Duration) string { return fmt.Sprintf("%ds", d/time.Second) }

// TryStatic lists the files that may answer a request for a static file.
func (p page) TryStatic() string {
	var files []string
	for _, root := range p.StaticRoots {
		files = append(files, root+"$uri")
	}
	return strings.Join(files, " ")
}

// header is a response header with its value as nginx writes it.
type header struct{ Name, Value string }

// Headers are those that Odoo, or a module, may send with an attachment, and that nginx drops
// when it sends the file in Odoo's place (nginx, ngx_http_upstream_headers_in). The validators
// and the length are nginx's own, which also answers ranges.
func (p page) Headers() (list []header) {
	for _, name := range []string{"Access-Control-Allow-Credentials", "Access-Control-Allow-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
		"Access-Control-Max-Age", "Content-Language", "Content-Security-Policy", "Content-Security-Policy-Report-Only",
		"Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Link",
		"Permissions-Policy", "Referrer-Policy", "Timing-Allow-Origin", "Vary", "X-Download-Options", "X-Frame-Options",
		"X-Permitted-Cross-Domain-Policies", "X-Robots-Tag"} {
		list = append(list, header{name, "$upstream_http_" + strings.ReplaceAll(strings.ToLower(name), "-", "_")})
	}
	return list
}
