package odoo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/page"
)

// health is a request that a serving Odoo answers with 200.
type health struct{ method, path string }

// question is a request to a port of this host, on which a unit listens.
type question struct {
	unit string
	port int
	health
}

// answers is shell that succeeds if Odoo answers every request, each on its own address
// or on the loopback, and the units themselves listen there. It uses the public host name,
// because dbfilter may depend on it, and Python, which Odoo needs anyway; while a port has
// no listener it starts none, because that would take processor time from the Odoo that is
// starting.
func (i Instance) answers(h *tasks.Host, questions ...question) string {
	var b strings.Builder
	b.WriteString(tasks.Listens)
	for _, q := range slices.Backward(questions) { // the last one is up last
		b.WriteString("listens " + shell.Words(q.unit, strconv.Itoa(q.port)) + " && ")
	}
	args := []string{i.hostName(h), "127.0.0.1 " + h.Address}
	for _, q := range questions {
		args = append(args, fmt.Sprintf("%d %s %s", q.port, q.method, q.path))
	}
	return b.String() + page.Ask("answers", args...)
}

// hostName is a public host name of the deployment. The loader has refused invalid
// ones.
func (i Instance) hostName(h *tasks.Host) string {
	if i.Nginx == nil || len(i.Nginx.ServerNames) == 0 {
		return h.Address
	}
	return NameOf(i.Deployment)
}

// NameOf returns a host name that nginx of the deployment takes requests for.
func NameOf(d *inventory.Deployment) string {
	name := d.Nginx.ServerNames[0]
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		name = "www." + rest
	}
	if rest, ok := strings.CutSuffix(name, ".*"); ok {
		name = rest + ".example"
	}
	return name
}
