package site

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"
)

//go:embed server.tmpl
var serverTemplate string

var server = template.Must(template.New("server").Parse(serverTemplate))

// Render returns the text of the server file. The error joins a *FieldError
// for every field that is missing or could not stand in the file.
func Render(s Site) (string, error) {
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return "", err
	}
	var b strings.Builder
	if err := server.Execute(&b, page{s}); err != nil {
		return "", fmt.Errorf("render site %s: %w", s.Name, err)
	}
	return b.String(), nil
}

func (s Site) withDefaults() Site {
	if s.TLS == "" {
		s.TLS = Intermediate
	}
	if s.Redirect == 0 {
		s.Redirect = 308
	}
	if s.MaxBodySize == "" {
		s.MaxBodySize = "128m"
	}
	if s.Timeout == 0 {
		s.Timeout = 720 * time.Second
	}
	if s.Connect == 0 {
		s.Connect = s.Timeout
		if len(s.HTTP) > 1 { // so that a dead host is left for another soon
			s.Connect = 10 * time.Second
		}
	}
	return s
}

// page is what the template asks for.
type page struct{ Site }

// ID is the deployment's name as part of nginx's names, which know no case and
// in variables no signs but _. Names that need a change get a digest, so that
// two deployments never share one; long ones too, as nginx's hash of variables
// takes about 40 bytes.
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
	digest := sha256.Sum256([]byte(p.Name))
	return fmt.Sprintf("%.11s_%s", plain, hex.EncodeToString(digest[:4]))
}

func (p page) Names() string { return strings.Join(p.ServerNames, " ") }

// ListenHTTP2 reports the form before nginx 1.25.1, a parameter of listen.
func (p page) ListenHTTP2() bool { return !p.Nginx.AtLeast(1, 25, 1) }

// TicketsOff reports that session tickets would keep one key for ever: until
// 1.23.2 nginx did not rotate it.
func (p page) TicketsOff() bool { return !p.Nginx.AtLeast(1, 23, 2) }

func (p page) CookieFlags() bool { return p.Nginx.AtLeast(1, 19, 3) }

func (p page) Curves() string {
	curves := "X25519:prime256v1:secp384r1"
	if p.X25519MLKEM768 {
		return "X25519MLKEM768:" + curves
	}
	return curves
}

func (p page) Protocols() string {
	if p.TLS == Modern {
		return "TLSv1.3"
	}
	return "TLSv1.2 TLSv1.3"
}

// Ciphers are those of TLS 1.2; TLS 1.3 has its own.
func (p page) Ciphers() string {
	if p.TLS == Modern {
		return ""
	}
	return strings.Join([]string{
		"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
		"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
		"ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
	}, ":")
}

// Websocket reports that live chat is a websocket; up to 15 it is a long poll.
func (p page) Websocket() bool { return p.Odoo >= 16 }

// ChatUpstream is where live chat goes.
func (p page) ChatUpstream() string {
	if len(p.Chat) > 0 {
		return "odoo_" + p.ID() + "_chat"
	}
	return "odoo_" + p.ID() + "_http"
}

// Pinned reports that a client has to stay with one host.
func (p page) Pinned(backends []string) bool { return len(backends) > 1 }

func (p page) IsDown(backend string) bool { return slices.Contains(p.Down, backend) }

func (p page) Seconds(d time.Duration) string { return fmt.Sprintf("%ds", d/time.Second) }

// TryStatic lists the files that may answer a request for a static file.
func (p page) TryStatic() string {
	var files []string
	for _, root := range p.StaticRoots {
		files = append(files, root+"$uri")
	}
	return strings.Join(files, " ")
}
