package cluster

import (
	"strings"

	"odooctl/tasks"
)

// settings are requested by name, and stored by cluster and name.
var settings = &tasks.Kind{Name: "setting", With: "cluster"}

// Ask requests a setting of the host's PostgreSQL servers together with the servers, so
// that Cluster.Setting takes no further round. Settings from their configuration files
// are always read.
func Ask(h *tasks.Host, setting string) { settings.Get(h, strings.ToLower(setting)) }

// setting is a value that a PostgreSQL server runs with.
type setting struct {
	Value   string `json:"value"`
	Unit    string `json:"unit"`
	Context string `json:"context"` // postmaster: needs a restart
	File    string `json:"file"`
	Source  string `json:"source"`
	Pending bool   `json:"pending"`
}

// Same implements tasks.State.
func (s setting) Same(o tasks.State) bool {
	t, ok := o.(setting)
	return ok && s.Value == t.Value
}

// Setting is a setting that a PostgreSQL server runs with. It is changed through the
// cluster's configuration files; see package postgresql.
type Setting struct {
	Value   string // in the server's own unit, such as 8kB pages
	Context string // postmaster, sighup, ...
	File    string // the configuration file that it comes from
	Source  string // default, configuration file, command line, ...
	Pending bool   // the file has another value, and a restart is due
}

// Due lists the settings that wait for a restart of the server.
func (c *Cluster) Due() (names []string) {
	for _, name := range c.names(settings) {
		if s, _ := settings.Was(c.h, c.key(name)).(setting); s.Pending {
			names = append(names, name)
		}
	}
	return names
}

// Setting returns the running value. ok is false if the server has no such setting,
// does not run, or was not read yet.
func (c *Cluster) Setting(name string) (Setting, bool) {
	name = strings.ToLower(name)
	s, ok := settings.Now(c.h, c.key(name)).(setting)
	if !ok && c.Running {
		Ask(c.h, name)
	}
	return Setting{Value: s.Value, Context: s.Context, File: s.File, Source: s.Source, Pending: s.Pending}, ok
}
