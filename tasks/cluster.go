package tasks

import (
	"strconv"
	"strings"
)

const (
	kindCluster  = "cluster"
	kindRole     = "role"
	kindDatabase = "database"
	kindSetting  = "setting"
)

var (
	clusters = &Kind{
		Name:  kindCluster,
		Read:  readClusters,
		Learn: learnClusters,
	}
	settings = &Kind{Name: kindSetting, With: kindCluster}
	odoos    = &Kind{Name: kindOdoo, With: kindCluster}
)

// Cluster is one PostgreSQL server of a host.
type Cluster struct {
	h       *Host
	Version string // 15; 9.6 for the old numbering
	Name    string // main
	Unit    string // postgresql@15-main.service, postgresql-15.service
	Config  string // directory of its configuration
	Data    string // data directory
	Bin     string // directory of its programs
	Running bool
	Port    int
	Socket  string // directory of its socket; where it does not run, of the one that it will have
	HBA     string // path of pg_hba.conf
	System  string // system identifier
	Number  int    // server_version_num, 150013
	Hosts   string // listen_addresses that the server runs with
}

// Major returns the version as pg_hba and settings count it: 15, and 9 for 9.x.
func (c *Cluster) Major() int {
	n, _, _ := strings.Cut(c.Version, ".")
	m, _ := strconv.Atoi(n)
	return m
}

// ID names the cluster on its host: 15/main.
func (c *Cluster) ID() string { return c.Version + "/" + c.Name }

// Clusters returns the PostgreSQL servers of the host, oldest version first, or
// ErrUnread.
func (h *Host) Clusters() ([]*Cluster, error) {
	k := key{kindCluster, ""}
	if h.get(k) == nil && h.asked[k] {
		return nil, ErrUnread
	}
	return h.clusters, nil
}

// Ask has a setting of the host's PostgreSQL servers read together with the
// servers, so that Cluster.Setting takes no further round. What their
// configuration files set is read without asking.
func (h *Host) Ask(setting string) { h.get(key{kindSetting, strings.ToLower(setting)}) }

// AskOdoo has it read together with the servers what Odoo has in a database, so
// that Database.Odoo, and Database.Module of these modules, take no further round.
func (h *Host) AskOdoo(database string, modules ...string) {
	h.get(key{kindOdoo, database})
	for _, m := range modules {
		h.get(key{kindOdoo, database + " " + m})
	}
}

// state returns what is known of a thing in the cluster. The cluster's answer
// holds all roles and databases, so what is not in it does not exist.
func (c *Cluster) state(kind, name string) State {
	k := key{kind, c.ID() + " " + name}
	if s, ok := c.h.after[k]; ok {
		return s
	}
	return c.h.before[k]
}

func (c *Cluster) setState(kind, name string, s State) {
	k := key{kind, c.ID() + " " + name}
	if _, ok := c.h.before[k]; !ok {
		c.h.before[k] = nil
	}
	c.h.after[k] = s
}
