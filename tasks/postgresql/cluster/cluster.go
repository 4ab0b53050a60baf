// Package cluster knows the PostgreSQL servers of a host: their state, roles, databases
// and settings, and how roles and databases are changed.
//
//	all, err := cluster.Of(h)                    // ErrUnread, until they were read
//	all[0].Role("odoo").SetLogin(true)           // made by the plan
//
// One statement per server answers all; see the folder ask. A package that needs more
// from databases adds its query: see Within.
package cluster

import (
	_ "embed"
	"strconv"
	"strings"

	"odooctl/tasks"
)

// Cluster is one PostgreSQL server of a host.
type Cluster struct {
	h       *tasks.Host
	Version string // 15; 9.6 for the old numbering
	Name    string // main
	Unit    string // postgresql@15-main.service, postgresql-15.service
	Config  string // directory of its configuration
	Data    string // data directory
	Bin     string // directory of its programs
	Running bool
	Port    int
	Socket  string // directory of its socket; if it does not run, the configured one
	HBA     string // path of pg_hba.conf
	Runs    string // postgresql.conf that it runs with, and
	Has     string // its data directory, as the server says; "" if it does not run
	System  string // system identifier
	Number  int    // server_version_num, 150013
	Hosts   string // listen_addresses that the server runs with
	Loaded  int64  // when it last read its files, in Unix seconds
}

// Major returns the version as pg_hba and settings count it: 15, and 9 for 9.x.
func (c *Cluster) Major() int {
	n, _, _ := strings.Cut(c.Version, ".")
	m, _ := strconv.Atoi(n)
	return m
}

// ID names the cluster on its host: 15/main.
func (c *Cluster) ID() string { return c.Version + "/" + c.Name }

// Host is the picture of the cluster's host.
func (c *Cluster) Host() *tasks.Host { return c.h }

//go:embed postgres.sh
var postgresVerbs string

func init() {
	tasks.RegisterKinds(clusters, settings, roles, databases)
	tasks.RegisterVerbs(postgresVerbs)
}

// clusters are read with all that is in them.
var clusters = &tasks.Kind{Name: "cluster", Read: read, Learn: learn}

// list is the servers of a host, as the picture stores them.
type list struct{ all []*Cluster }

// Same implements tasks.State.
func (l list) Same(tasks.State) bool { return true }

// Of returns the PostgreSQL servers of the host, oldest version first, or
// tasks.ErrUnread.
func Of(h *tasks.Host) ([]*Cluster, error) {
	l, ok := clusters.Get(h, "").(list)
	if !ok {
		return nil, tasks.ErrUnread
	}
	return l.all, nil
}

// inCluster names a thing of a cluster in a plan: role odoo (15/main).
func inCluster(kind string) func(string, tasks.State, tasks.State) string {
	return func(name string, _, _ tasks.State) string {
		id, name, _ := strings.Cut(name, " ")
		return kind + " " + name + " (" + id + ")"
	}
}

// key is the picture's key of a thing of the cluster.
func (c *Cluster) key(name string) string { return c.ID() + " " + name }

// names lists what the server had of a kind when it was read, sorted.
func (c *Cluster) names(k *tasks.Kind) (names []string) {
	for _, name := range k.Found(c.h) {
		if name, ok := strings.CutPrefix(name, c.ID()+" "); ok {
			names = append(names, name)
		}
	}
	return names
}

// sql adds a step that runs SQL as the owner of the cluster. The text travels as a
// file, because it may contain a password's verifier.
func (c *Cluster) sql(s *tasks.Script, text string) {
	s.Doing("changing PostgreSQL " + c.ID())
	s.Make("sql", c.Version, c.Socket, strconv.Itoa(c.Port), "postgres", s.Attach(text))
}

// Ident returns an SQL identifier.
func Ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Literal returns an SQL string, valid whatever standard_conforming_strings is.
func Literal(s string) string {
	q := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return " E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}
