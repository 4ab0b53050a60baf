package odoo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
	"odooctl/tasks/page"
	"odooctl/tasks/postgresql"
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
	name, _ := i.hostName(h)
	args := []string{name, "127.0.0.1 " + h.Address}
	for _, q := range questions {
		args = append(args, fmt.Sprintf("%d %s %s", q.port, q.method, q.path))
	}
	return b.String() + page.Ask("answers", args...)
}

// hostName is a public host name of the deployment, and whether it shows a database. The
// loader has refused invalid ones.
func (i Instance) hostName(h *tasks.Host) (name string, shows bool) {
	names := []string{h.Address}
	if i.Nginx != nil && len(i.Nginx.ServerNames) > 0 {
		names = i.Nginx.ServerNames
	}
	return nameOf(h, i.Deployment, names)
}

// chatHealth is what the process for live chat is asked: its own page where there is a name that
// has it, else one that needs no database.
func (i Instance) chatHealth(h *tasks.Host, major int) health {
	if _, shows := i.hostName(h); !shows {
		return healthOf(major)
	}
	return chatHealthOf(major)
}

// NameOf returns a host name that nginx of the deployment takes requests for, and whether
// it shows one database, so that a request has one. Without one Odoo serves only what its
// server-wide modules have (odoo/http.py), such as web, and bus is none of them.
func NameOf(h *tasks.Host, d *inventory.Deployment) (name string, shows bool) {
	return nameOf(h, d, d.Nginx.ServerNames)
}

func nameOf(h *tasks.Host, d *inventory.Deployment, names []string) (name string, shows bool) {
	major := cmp.Or(d.Odoo.Major(), version.Last)
	if peer := h.Seen(d.Odoo.Hosts[0].Name); peer != nil {
		if m, err := Major(peer, d); err == nil {
			major = m
		}
	}
	wanted := Listed(d)
	all := slices.Concat(wanted, unlisted(h, d, wanted))
	if len(wanted) == 0 {
		wanted = all
	}
	if r, err := Rule(d, strconv.Itoa(major)); err == nil {
		if name, ok := r.One(names, all, wanted); ok {
			return name, true
		}
	}
	name = names[0]
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		name = "www." + rest
	}
	if rest, ok := strings.CutSuffix(name, ".*"); ok {
		name = rest + ".example"
	}
	return name, false
}

// unlisted are the databases of the deployment's role that the inventory does not name.
func unlisted(h *tasks.Host, d *inventory.Deployment, listed []string) (names []string) {
	if d.PostgreSQL == nil || d.PostgreSQL.Host == nil || h.Seen(d.PostgreSQL.Host.Name) == nil {
		return nil
	}
	c, err := postgresql.Server(h.Seen(d.PostgreSQL.Host.Name), d)
	if err != nil {
		return nil
	}
	for _, name := range c.Databases() {
		if c.Database(name).Owner() == d.PostgreSQL.Role.Name && !slices.Contains(listed, name) {
			names = append(names, name)
		}
	}
	return names
}
