package tasks

import "strings"

// setting is a value that a PostgreSQL server runs with.
type setting struct {
	Value   string `json:"value"`
	Unit    string `json:"unit"`
	Context string `json:"context"` // postmaster: takes a restart
	File    string `json:"file"`
	Source  string `json:"source"`
	Pending bool   `json:"pending"`
}

func (s setting) Same(o State) bool {
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
	s, ok := c.state(kindSetting, name).(setting)
	if !ok && c.Running {
		c.h.Ask(name)
	}
	return Setting{Value: s.Value, Context: s.Context, File: s.File, Source: s.Source, Pending: s.Pending}, ok
}
