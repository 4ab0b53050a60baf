package cluster

import (
	"strings"

	"odooctl/tasks"
)

// settings are asked for by name, and kept by cluster and name.
var settings = &tasks.Kind{Name: "setting", With: "cluster"}

// Ask has a setting of the host's PostgreSQL servers read together with the
// servers, so that Cluster.Setting takes no further round. What their
// configuration files set is read without asking.
func Ask(h *tasks.Host, setting string) { settings.Get(h, strings.ToLower(setting)) }

// setting is a value that a PostgreSQL server runs with.
type setting struct {
	Value   string `json:"value"`
	Unit    string `json:"unit"`
	Context string `json:"context"` // postmaster: takes a restart
	File    string `json:"file"`
	Source  string `json:"source"`
	Pending bool   `json:"pending"`
}

// Same implements tasks.State.
func (s setting) Same(o tasks.State) bool {
	t, ok := o.(setting)
	return ok && s.Value == t.Value
}

// Setting is a setting that a PostgreSQL server runs with. It is changed through
// the cluster's configuration files; see package postgresql.
type Setting struct {
	Value   string // in the server's own unit, such as 8kB pages
	Context string // postmaster, sighup, ...
	File    string // the configuration file that it comes from
	Source  string // default, configuration file, command line, ...
	Pending bool   // the file says something else, and a restart is due
}

// Setting returns what the server runs with. Ok is false where the server has no
// such setting, or does not run, or it was not read yet.
func (c *Cluster) Setting(name string) (Setting, bool) {
	name = strings.ToLower(name)
	s, ok := settings.Now(c.h, c.key(name)).(setting)
	if !ok && c.Running {
		Ask(c.h, name)
	}
	return Setting{Value: s.Value, Context: s.Context, File: s.File, Source: s.Source, Pending: s.Pending}, ok
}
