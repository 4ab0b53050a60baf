package basic

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/page"
)

func init() {
	tasks.Register("http", "a page that answers the host as it should", func() tasks.Task { return &HTTP{} })
}

// HTTP requests a page from the host: `http: {url:
// "https://odoo.example.com/web/health", contains: pass}`. If the answer is not as
// wanted in time, everything on the host is put back. Redirects are not followed. The
// host needs python3.
type HTTP struct {
	URL      string            `yaml:"url"`
	Method   string            `yaml:"method"`   // default GET
	Address  string            `yaml:"address"`  // the address to connect to, if it is not the URL's
	Send     map[string]string `yaml:"send"`     // request headers; no secrets: others on the host can see them
	Status   []int             `yaml:"status"`   // default 200
	Contains string            `yaml:"contains"` // text in the page
	Header   map[string]string `yaml:"header"`   // response headers, each with a text that its value contains
	Insecure bool              `yaml:"insecure"` // accept any certificate
	Ask      `yaml:",inline"`

	to *url.URL
}

var (
	token = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]+$`) // RFC 9110, section 5.6.2
	value = regexp.MustCompile(`^[\t -~]*$`)
)

// Validate checks the arguments of the playbook.
func (t *HTTP) Validate() (err error) {
	t.to, err = url.Parse(t.URL)
	switch {
	case err != nil || t.to.Scheme != "http" && t.to.Scheme != "https" || t.to.Hostname() == "":
		return fmt.Errorf("http: url %q: want one such as https://odoo.example.com/web/health", t.URL)
	case t.to.User != nil:
		return errors.New("http: url: no name and password in it: others on the host could see them")
	case strings.ContainsFunc(t.to.Hostname(), notInAddress):
		return fmt.Errorf("http: url: %q is not a host name", t.to.Hostname())
	case t.Method != "" && !token.MatchString(t.Method):
		return fmt.Errorf("http: %q is no method", t.Method)
	case strings.ContainsFunc(t.Address, notInAddress):
		return fmt.Errorf("http: address %q: want that of a host", t.Address)
	case t.Insecure && t.to.Scheme == "http":
		return errors.New("http: insecure goes with https")
	}
	for _, headers := range []map[string]string{t.Send, t.Header} {
		for name, v := range headers {
			if !token.MatchString(name) || !value.MatchString(v) {
				return fmt.Errorf("http: %q: %q is no header", name, v)
			}
		}
	}
	for _, s := range t.Status {
		if s < 100 || s > 599 {
			return fmt.Errorf("http: status %d: want one such as 200", s)
		}
	}
	if t.to.Port() != "" {
		if n, err := strconv.Atoi(t.to.Port()); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("http: url: port %s: want one from 1 to 65535", t.to.Port())
		}
	}
	return t.validate("http")
}

//go:embed http.sh
var canAsk string

// Plan implements tasks.Task.
func (t *HTTP) Plan(h *tasks.Host) error {
	status := "200"
	if len(t.Status) > 0 {
		var list []string
		for _, s := range t.Status {
			list = append(list, strconv.Itoa(s))
		}
		status = strings.Join(list, ",")
	}
	method := or(t.Method, "GET")
	title := fmt.Sprintf("%s %s answers %s", method, t.URL, strings.ReplaceAll(status, ",", " or "))
	if t.Contains != "" {
		title += fmt.Sprintf(" with %q", t.Contains)
	}
	port := or(t.to.Port(), map[string]string{"http": "80", "https": "443"}[t.to.Scheme])
	words := []string{t.to.Scheme, t.to.Hostname(), or(t.Address, t.to.Hostname()), port, method, t.to.RequestURI(),
		status, t.Contains, strconv.FormatBool(t.Insecure)}
	for _, headers := range []map[string]string{t.Send, t.Header} {
		words = append(words, strconv.Itoa(len(headers)))
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			words = append(words, name, headers[name])
		}
	}
	t.plan(h, title, shell.Call(canAsk, "can_ask")+"\n"+page.Ask("request", words...))
	return nil
}
