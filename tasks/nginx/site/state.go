package site

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
)

// State is which requests a backend gets.
type State string

const (
	Up    State = ""      // all
	Drain State = "drain" // those of its present clients; as Down before nginx 1.29.6
	Down  State = "down"  // none
)

// parameter is the word after the backend in the file.
func (s State) parameter(v Version) string {
	if s == Drain && !v.Sticky() {
		s = Down
	}
	return string(s)
}

// NoBackendError is a host that is not among the backends of a site.
type NoBackendError struct {
	Host     string
	Backends []string
}

func (e *NoBackendError) Error() string {
	return fmt.Sprintf("%s is no backend; there are %s", e.Host, strings.Join(e.Backends, ", "))
}

// LastBackendError means that no backend would be left for new requests.
type LastBackendError struct{ Host string }

func (e *LastBackendError) Error() string {
	return e.Host + " is the last one that serves"
}

// serverLine matches a backend in an upstream, as Render writes it.
var serverLine = regexp.MustCompile(`^    server (\S+?)( route=\w+)?( down| drain)?;\n$`)

// States returns the backends that are not Up in a server file of Render.
func States(text string) map[string]State {
	states := map[string]State{}
	for line := range strings.Lines(text) {
		if m := serverLine.FindStringSubmatch(line); m != nil && m[3] != "" {
			states[m[1]] = State(strings.TrimSpace(m[3]))
		}
	}
	return states
}

// Backends returns the backends in a server file of Render that are Up, as host:port, in
// the groups that each stand for another.
func Backends(text string) (groups [][]string) {
	for line := range strings.Lines(text) {
		switch m := serverLine.FindStringSubmatch(line); {
		case strings.HasPrefix(line, "upstream "):
			groups = append(groups, nil)
		case m != nil && m[3] == "" && len(groups) > 0:
			last := &groups[len(groups)-1]
			*last = append(*last, m[1])
		}
	}
	return groups
}

// At returns those of them that a host has, which is an address or a name without a port.
func At(text, host string) (list []string) {
	for _, b := range slices.Concat(Backends(text)...) {
		if HostOf(b) == host {
			list = append(list, b)
		}
	}
	return list
}

// HostOf returns a backend without its port.
func HostOf(backend string) string {
	host, _, err := net.SplitHostPort(backend)
	if err != nil {
		return backend
	}
	return host
}

// Presents reports whether a server file of Render has a name, and presents a certificate.
func Presents(text, name, chain string) bool {
	named := false
	for line := range strings.Lines(text) {
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), ";"))
		named = named || len(words) > 1 && words[0] == "server_name" && slices.Contains(words[1:], name)
	}
	return named && strings.Contains(text, "ssl_certificate "+chain+";")
}

// Serving returns a server file of Render in which all backends are Up and no page is shown.
func Serving(text string) string {
	var b strings.Builder
	for line := range strings.Lines(maintained.ReplaceAllString(noteLine.ReplaceAllString(text, ""), "")) {
		if m := serverLine.FindStringSubmatch(line); m != nil {
			line = "    server " + m[1] + m[2] + ";\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// SetState returns a server file of Render with all backends of a host, which is an
// address or a name without a port, in another state, and nothing else changed. The
// error is a *NoBackendError or, for Drain and Down, a *LastBackendError.
func SetState(text, host string, to State, v Version) (string, error) {
	var b strings.Builder
	var backends []string
	found, up, group := false, 0, false
	for line := range strings.Lines(text) {
		switch m := serverLine.FindStringSubmatch(line); {
		case m != nil:
			backends = append(backends, m[1])
			if HostOf(m[1]) == host {
				found = true
				m[3] = ""
				if word := to.parameter(v); word != "" {
					m[3] = " " + word
				}
				line = "    server " + m[1] + m[2] + m[3] + ";\n"
			}
			if m[3] == "" {
				up++
			}
		case strings.HasPrefix(line, "upstream "):
			up, group = 0, true
		case line == "}\n" && group:
			group = false
			if up == 0 && found && to != Up {
				return "", &LastBackendError{host}
			}
		}
		b.WriteString(line)
	}
	if !found {
		return "", &NoBackendError{host, backends}
	}
	return b.String(), nil
}
