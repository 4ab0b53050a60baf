package odoo

import (
	"fmt"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/page"
)

// health is a request that Odoo answers with 200 while it serves.
type health struct{ method, path string }

// question is a request to a port of this host.
type question struct {
	port int
	health
}

// answers is shell that succeeds when Odoo answers every question, each on its own
// address or on the loopback. It asks by the name that users do, for dbfilter may go
// by it. Odoo brings Python along; while a port has no listener none is started, for
// it would take the time of a processor from the Odoo that is waited for.
func (i Instance) answers(h *tasks.Host, questions ...question) string {
	var b strings.Builder
	for _, q := range slices.Backward(questions) { // the last one is up last
		b.WriteString(listening(q.port) + " && ")
	}
	args := []string{i.hostName(h), "127.0.0.1 " + h.Address}
	for _, q := range questions {
		args = append(args, fmt.Sprintf("%d %s %s", q.port, q.method, q.path))
	}
	return b.String() + page.Ask("answers", args...)
}

// listening is shell that succeeds when something of this host listens on a TCP port,
// whatever the address, or when the host has no ss to tell. /proc/net/tcp would tell
// too, but there the kernel goes through all connections that a host could have: four
// times the work, and more on a larger host.
func listening(port int) string {
	return fmt.Sprintf(`{ [ -n "$(ss -Hltn 'sport = :%[1]d' 2>/dev/null || echo 'not known')" ] || { echo 'nothing listens on port %[1]d yet'; false; }; }`, port)
}

// hostName is a name by which users reach the deployment. The loader has refused
// what is not the name or the number of a host.
func (i Instance) hostName(h *tasks.Host) string {
	if i.Nginx == nil || len(i.Nginx.ServerNames) == 0 {
		return h.Address
	}
	name := i.Nginx.ServerNames[0]
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		name = "www." + rest
	}
	if rest, ok := strings.CutSuffix(name, ".*"); ok {
		name = rest + ".example"
	}
	return name
}
