package site

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"time"
)

//go:embed server.tmpl
var serverTemplate string

//go:embed host.tmpl
var hostTemplate string

var templates = template.Must(template.Must(
	template.New("server").Parse(serverTemplate)).New("host").Parse(hostTemplate))

// Header is the first line of every file of ours.
const Header = "# Written by odooctl from the inventory; edits are put back\n"

// Render returns the text of the server file. The error joins a *FieldError for every
// field that is missing or invalid in the file.
func Render(s Site) (string, error) {
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return "", err
	}
	return execute("server", s.Name, page{s})
}

// execute executes a template that begins with Header.
func execute(name, of string, data any) (string, error) {
	var b strings.Builder
	b.WriteString(Header)
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("render %s of %s: %w", name, of, err)
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
		s.MaxBodySize = DefaultMaxBodySize
	}
	if s.Timeout == 0 {
		s.Timeout = DefaultTimeout
	}
	if s.Connect == 0 {
		s.Connect = s.Timeout
		if len(s.HTTP) > 1 { // to fail over from a dead host soon
			s.Connect = 10 * time.Second
		}
	}
	return s
}
