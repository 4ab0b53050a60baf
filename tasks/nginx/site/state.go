package site

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
)

// State is which requests a backend gets.
type State string

const (
	Up    State = ""      // all
	Drain State = "drain" // those of its present clients; as Down before nginx 1.29.6
	Down  State = "down"  // none
	Spare State = "spare" // all, but on the ports of its spare: see inventory.SparePort
)

// Serves reports whether users get answers by the backend, from itself or from its spare.
func (s State) Serves() bool { return s == Up || s == Spare }

// line is a backend in its upstream. In place of one with a spare stands the spare alone: a
// second server in the group, even one that is down, has nginx count the failures of the
// first, and give it a rest of ten seconds after one.
func (s State) line(backend, route string, v Version) string {
	switch {
	case s == Up:
		return fmt.Sprintf("    server %s%s;\n", backend, route)
	case s == Spare:
		return fmt.Sprintf("    server %s%s; # spare of %s\n", spareOf(backend), route, backend)
	case s == Drain && !v.Sticky():
		s = Down
	}
	return fmt.Sprintf("    server %s%s %s;\n", backend, route, s)
}

// spareOf returns where the spare of a backend listens.
func spareOf(backend string) string {
	host, port, _ := net.SplitHostPort(backend)
	number, _ := strconv.Atoi(port)
	return net.JoinHostPort(host, strconv.Itoa(inventory.SparePort(number)))
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
var serverLine = regexp.MustCompile(`^    server (\S+?)( route=\w+)?( down| drain)?;(?: # spare of (\S+))?\n$`)

// server is such a line.
type server struct {
	Backend string // of the site, whatever stands in for it
	Asked   string // what nginx passes requests to: the backend, or its spare
	Route   string
	State   State
}

func readServer(line string) (s server, ok bool) {
	m := serverLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		return s, false
	case m[4] != "":
		return server{m[4], m[1], m[2], Spare}, true
	}
	return server{m[1], m[1], m[2], State(strings.TrimSpace(m[3]))}, true
}

// States returns the backends that are not Up in a server file of Render.
func States(text string) map[string]State {
	states := map[string]State{}
	for line := range strings.Lines(text) {
		if s, ok := readServer(line); ok && s.State != Up {
			states[s.Backend] = s.State
		}
	}
	return states
}

// Backends returns the backends in a server file of Render that get requests, as host:port,
// in the groups that each stand for another. A spare is among them in its backend's place.
func Backends(text string) (groups [][]string) {
	for line := range strings.Lines(text) {
		switch s, ok := readServer(line); {
		case strings.HasPrefix(line, "upstream "):
			groups = append(groups, nil)
		case ok && s.State.Serves() && len(groups) > 0:
			last := &groups[len(groups)-1]
			*last = append(*last, s.Asked)
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
		if s, ok := readServer(line); ok {
			line = Up.line(s.Backend, s.Route, Version{})
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
		switch s, ok := readServer(line); {
		case ok:
			backends = append(backends, s.Backend)
			if HostOf(s.Backend) == host {
				found, s.State = true, to
				line = to.line(s.Backend, s.Route, v)
			}
			if s.State.Serves() {
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
