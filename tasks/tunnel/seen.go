package tunnel

import (
	_ "embed"
	"path"
	"regexp"
	"strings"
	"time"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Seen is a tunnel as the host that it starts from has it.
type Seen struct {
	Name    string    // of the deployment, or of the Span
	Near    string    // where it listens: 127.0.0.1:15432, or a socket
	To      string    // the host of the inventory that it goes to
	Far     string    // the address there: 127.0.0.1:5432
	Until   time.Time // when it ends by itself; zero: it is permanent
	Running bool      // its service runs, which does not prove that it works
}

var forwards = regexp.MustCompile(` -L (\S+):(127\.0\.0\.1:\d+) `)

// List returns the tunnels that start from a host, sorted by name.
func List(h *tasks.Host) (list []Seen) {
	for _, file := range h.Glob(unitDirectory + prefix + "*.service") {
		unit := path.Base(file)
		name := strings.TrimSuffix(strings.TrimPrefix(unit, prefix), ".service")
		to := target(h, name)
		if to == "" {
			continue // such as the end of one
		}
		s := Seen{Name: name, To: to, Until: until(h, name), Running: h.Unit(unit).Active()}
		if m := forwards.FindStringSubmatch(h.File(file).Text()); m != nil {
			s.Near, s.Far = m[1], m[2]
		}
		list = append(list, s)
	}
	return list
}

//go:embed seen.sh
var seenProgram string

// ProbeOpen returns shell that tests, as a Probe does, whether anything answers at the
// far end.
func (s Seen) ProbeOpen() string {
	at := strings.LastIndex(s.Near, ":")
	return shell.Call(seenProgram, "answers", s.Near[:max(at, 0)], s.Near[at+1:], s.Far+" of "+s.To) + "\n"
}
