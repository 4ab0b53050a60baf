package tunnel

import (
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/cluster"
)

// Watched is the near end of a deployment's tunnel, and what is behind it.
type Watched struct {
	tasks.Service
	Deployment string
	To         string // the database host
	Finding
}

// Watch asks for what ServiceOf tells of a deployment's tunnel on an Odoo host, in one round.
func Watch(h *tasks.Host, d *inventory.Deployment, o Odoo) {
	h.Output(Probe(h, d, o, anyServer))
	use(d).Watch(h)
}

// anyServer is right for a Probe before the database host was read.
var anyServer = &cluster.Cluster{Running: true}

func use(d *inventory.Deployment) tasks.Use {
	return tasks.Use{Unit: Unit(d),
		Files: []string{folder(d.Name) + "/known_hosts", folder(d.Name) + "/" + firstKey + "*"}}
}

// ServiceOf tells how a deployment's tunnel is on an Odoo host.
func ServiceOf(h *tasks.Host, d *inventory.Deployment, o Odoo) Watched {
	text, _ := h.Output(Probe(h, d, o, anyServer))
	s := Watched{Service: use(d).Service(h), Deployment: d.Name, To: d.PostgreSQL.Host.Name,
		Finding: Found(tasks.Printable(text))}
	far := h.Seen(s.To)
	if s.Word != OK || far == nil {
		return s
	}
	server, err := postgresql.Server(far, d)
	if err == nil && server.Running && strings.HasPrefix(s.Text, "PostgreSQL ") &&
		!strings.HasPrefix(s.Text, "PostgreSQL "+server.System+" ") && !strings.HasPrefix(s.Text, "PostgreSQL answers") {
		s.Word, s.Text = Wrong, fmt.Sprintf("%s, and that has another one, %s: something else is behind the tunnel", s.Text,
			server.System)
	}
	return s
}
