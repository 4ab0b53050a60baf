package odoo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/size"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/cluster"
)

func init() {
	tasks.Register("odoo.connections", "whether PostgreSQL has connections for all Odoos that use it",
		func() tasks.Task { return &Connections{} })
}

// Connections adds up the connections that all Odoos of a PostgreSQL may open, and
// warns if the server allows fewer. Each process has a pool of its own (odoo/sql_db.py,
// db_connect), so db_maxconn counts once per process. It changes nothing.
type Connections struct{}

// leastPool is the minimum for a process: jobs hang with three connections
// (odoo/odoo#31830).
const leastPool = 8

// limits are the settings of PostgreSQL that limit its clients, and their defaults.
var limits = []struct {
	name string
	none int // if the server has no such setting, or it was not read
}{
	{maxConnections, 100},
	{"superuser_reserved_connections", 3},
	{"reserved_connections", 0}, // PostgreSQL 16
}

// Plan implements tasks.Task.
func (Connections) Plan(h *tasks.Host) error {
	for _, l := range limits {
		cluster.Ask(h, l.name)
	}
	byServer := map[string][]*inventory.Deployment{}
	var order []*cluster.Cluster
	for _, d := range h.PostgreSQLOf() {
		c, err := postgresql.Server(h, d)
		if err != nil || !c.Running {
			return err
		}
		if byServer[c.ID()] == nil {
			order = append(order, c)
		}
		byServer[c.ID()] = append(byServer[c.ID()], d)
	}
	for _, c := range order {
		if err := compare(h, c, byServer[c.ID()]); err != nil {
			return err
		}
	}
	return nil
}

// compare warns if the Odoos of a server may open more connections than it allows.
// Hosts that this run does not read are left out: --limit excludes them.
func compare(h *tasks.Host, c *cluster.Cluster, list []*inventory.Deployment) error {
	var sums []string
	total, processes := 0, 0
	for _, d := range list {
		if d.Odoo == nil {
			continue
		}
		for _, o := range d.Odoo.Hosts {
			peer := h.Seen(o.Name)
			if peer == nil {
				continue
			}
			p, err := poolsOf(peer, d)
			if err != nil {
				return err
			}
			total += p.most()
			processes += p.processes()
			sums = append(sums, fmt.Sprintf("%s on %s %s", d.Name, o.Name, p))
		}
	}
	most, kept := allowed(c, list)
	if total <= most-kept || total == 0 {
		return nil
	}
	kept += size.OtherConnections // as Odoo's own pools are sized
	advice := fmt.Sprintf("raise max_connections to %d", total+kept)
	if fit := (most - kept) / max(processes, 1); fit >= leastPool {
		advice += fmt.Sprintf(", or set db_maxconn to %d", fit)
	}
	h.Warn("PostgreSQL %s may run out of connections: %s; together %d. It lets in max_connections %d - %d that are "+
		"reserved or for backups and people = %d. %s", c.ID(), strings.Join(sums, "; "), total, most, kept, most-kept,
		strings.ToUpper(advice[:1])+advice[1:])
	return nil
}

// pools are the connections that one Odoo may open.
type pools struct {
	workers, cron, chat int
	each, chatEach      int // connections per process
}

func poolsOf(h *tasks.Host, d *inventory.Deployment) (p pools, err error) {
	major, err := Major(h, d)
	if err != nil { // Odoo is not installed yet
		major = d.Odoo.Major()
	}
	s, err := SizingOf(h, d, major)
	if err != nil {
		return p, err
	}
	p = pools{workers: s.Workers, cron: s.Cron, chat: s.Chat}
	value := func(name string) int {
		i := slices.IndexFunc(s.Options, func(o size.Option) bool { return o.Name == name })
		if i < 0 {
			return 0
		}
		return int(s.Options[i].Value)
	}
	p.each = value(size.MaxConn)
	p.chatEach = p.each
	if n := value(size.MaxConnGev); n > 0 {
		p.chatEach = n
	}
	return p, nil
}

func (p pools) processes() int {
	if p.workers == 0 {
		return 1
	}
	return p.workers + p.cron + p.chat
}

// most is the sum that String explains.
func (p pools) most() int {
	if p.workers == 0 {
		return p.each
	}
	return (p.workers+p.cron)*p.each + p.chat*p.chatEach
}

func (p pools) String() string {
	if p.workers == 0 {
		return fmt.Sprintf("1 process x %d = %d", p.each, p.most())
	}
	return fmt.Sprintf("(%d workers + %d cron) x %d + %d chat x %d = %d",
		p.workers, p.cron, p.each, p.chat, p.chatEach, p.most())
}

// allowed returns max_connections of a server and how many of them are reserved, as
// they will be after the run.
func allowed(c *cluster.Cluster, list []*inventory.Deployment) (most, kept int) {
	values := map[string]int{}
	for _, l := range limits {
		values[l.name] = l.none
		if s, ok := c.Setting(l.name); ok {
			values[l.name], _ = strconv.Atoi(s.Value)
		}
		for _, d := range list {
			for _, o := range d.PostgreSQL.Settings {
				if n, err := strconv.Atoi(o.Value.Text); err == nil && strings.EqualFold(o.Name, l.name) {
					values[l.name] = n
				}
			}
		}
	}
	return values[maxConnections], values["superuser_reserved_connections"] + values["reserved_connections"]
}
