package odoo

import (
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/size"
	"odooctl/tasks/postgresql/cluster"
)

// Processes is how many processes of each sort an Odoo runs.
type Processes struct {
	Workers int // HTTP workers; 0 = one threaded process for everything
	Cron    int
}

// Chat reports whether live chat has a process of its own: Odoo starts one beside its
// workers.
func (p Processes) Chat() bool { return p.Workers > 0 }

// ProcessesOf returns the processes of a deployment's Odoo on host h.
func ProcessesOf(h *tasks.Host, d *inventory.Deployment) (Processes, error) {
	m, err := machine(h)
	if err != nil {
		return Processes{}, err
	}
	s := size.Of(m, load(h.Host, d))
	return Processes{Workers: s.Workers, Cron: s.Cron}, nil
}

// SizingOf sizes a deployment's Odoo of a major version on host h. The inventory's
// values win. The server's max_connections counts if it can be read.
func SizingOf(h *tasks.Host, d *inventory.Deployment, major int) (size.Sizing, error) {
	m, err := machine(h)
	if err != nil {
		return size.Sizing{}, err
	}
	l := load(h.Host, d)
	l.Major = major
	if l.Connections, err = connections(h, d); err != nil {
		return size.Sizing{}, err
	}
	return size.Of(m, l), nil
}

// machine is the host's resources for Odoo.
func machine(h *tasks.Host) (size.Machine, error) {
	f, err := h.Facts()
	if err != nil {
		return size.Machine{}, err
	}
	return size.Machine{Cores: f.Cores, Memory: f.Memory, Database: len(h.PostgreSQLOf()) > 0}, nil
}

// load is what a deployment's Odoo has to serve on one of its hosts.
func load(h *inventory.Host, d *inventory.Deployment) size.Load {
	o := d.Odoo
	l := size.Load{Users: perHost(o), Hosts: len(o.Hosts), Set: set(o), Major: o.Major()}
	for _, other := range h.OdooOf() {
		if other != d {
			l.Beside += wish(other, d)
		}
	}
	if d.PostgreSQL != nil {
		for _, other := range d.PostgreSQL.Host.PostgreSQLOf() {
			if other != d && other.Odoo != nil && other.PostgreSQL.Cluster == d.PostgreSQL.Cluster &&
				other.PostgreSQL.Version == d.PostgreSQL.Version {
				l.Sharing += (wish(other, d) + 1) * len(other.Odoo.Hosts)
			}
		}
	}
	return l
}

// perHost is the users of one host: nginx distributes them evenly.
func perHost(o *inventory.Odoo) int {
	hosts := max(len(o.Hosts), 1)
	return (o.Users + hosts - 1) / hosts
}

// wish is the number of processes that another deployment will want on a host, as far
// as the inventory tells; as many as d otherwise.
func wish(other, d *inventory.Deployment) int {
	o := other.Odoo
	cron := 1
	if o.MaxCronThreads != nil {
		cron = *o.MaxCronThreads
	}
	switch {
	case o.Workers != nil:
		return max(*o.Workers, 1) + cron
	case o.Users > 0:
		return max((perHost(o)+5)/6, 2+cron)
	case d.Odoo.Users > 0:
		return max((perHost(d.Odoo)+5)/6, 2+cron)
	}
	return 2 + cron
}

// set is the inventory's own values, by the options' newest names.
func set(o *inventory.Odoo) map[string]int64 {
	values := map[string]int64{}
	for _, opt := range o.Options {
		if v, err := strconv.ParseInt(opt.Value.Text, 10, 64); err == nil {
			values[newest(opt.Name)] = v
		}
	}
	if o.Workers != nil {
		values[size.Workers] = int64(*o.Workers)
	}
	if o.Runs() == inventory.ModeThreaded {
		values[size.Workers] = 0
	}
	if o.MaxCronThreads != nil {
		values[size.Cron] = int64(*o.MaxCronThreads)
	}
	if o.LimitMemorySoft != 0 {
		values[size.Soft] = int64(o.LimitMemorySoft)
	}
	if o.LimitMemoryHard != 0 {
		values[size.Hard] = int64(o.LimitMemoryHard)
	}
	return values
}

const maxConnections = "max_connections"

// askConnections requests max_connections together with the server.
func askConnections(h *tasks.Host, d *inventory.Deployment) {
	if d.PostgreSQL != nil {
		if peer, err := h.Peer(d.PostgreSQL.Host.Name); err == nil {
			cluster.Ask(peer, maxConnections)
		}
	}
}

// connections is max_connections of a deployment's server, as the inventory sets it for
// the cluster or as it runs; 0 if unknown.
func connections(h *tasks.Host, d *inventory.Deployment) (int, error) {
	if d.PostgreSQL == nil {
		return 0, nil
	}
	for _, other := range d.PostgreSQL.Host.PostgreSQLOf() {
		if other.PostgreSQL.Cluster != d.PostgreSQL.Cluster || other.PostgreSQL.Version != d.PostgreSQL.Version {
			continue
		}
		for _, o := range other.PostgreSQL.Settings {
			if o.Name == maxConnections {
				n, _ := strconv.Atoi(o.Value.Text)
				return n, nil
			}
		}
	}
	askConnections(h, d)
	c, err := server(h, d)
	if err != nil || c == nil {
		return 0, err
	}
	s, _ := c.Setting(maxConnections)
	n, _ := strconv.Atoi(s.Value)
	return n, nil
}
