package report

import (
	"fmt"

	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/odoo/size"
	"odooctl/tasks/postgresql/tune"
)

// SizeDocument is how many processes Odoos should have, within which limits, and why.
type SizeDocument struct {
	Version int      `json:"version" jsonschema:"enum=1"`
	Sizes   []SizeOf `json:"sizes"` // of each Odoo on each host
}

// SizeOf is one Odoo on one machine.
type SizeOf struct {
	Deployment string         `json:"deployment,omitempty"` // without: the flags describe the machine
	Host       string         `json:"host,omitempty"`
	Odoo       string         `json:"odoo"` // version, such as 16.0
	Cores      int            `json:"cores"`
	Memory     int64          `json:"memory"` // of the machine, in bytes
	Workers    int            `json:"workers"`
	Cron       int            `json:"max_cron_threads"`
	Chat       int            `json:"chat"`            // processes for live chat, beside the workers
	Expected   int64          `json:"expected_memory"` // of all processes, in bytes
	Options    []SizeOptionOf `json:"options"`         // of odoo.conf, by their names in this version
	Warnings   []string       `json:"warnings"`
}

// SizeOptionOf is one number with its reason.
type SizeOptionOf struct {
	Name    string `json:"name"`
	Value   int64  `json:"value"`
	Why     string `json:"why"`
	Set     bool   `json:"set"`     // in the inventory
	Default bool   `json:"default"` // of Odoo itself: there is no need to write it
}

// NewSizeOf returns the size of an Odoo of that major. Where it is, and on what machine,
// the caller adds.
func NewSizeOf(s size.Sizing, major int) SizeOf {
	return SizeOf{
		Odoo: fmt.Sprintf("%d.0", major), Workers: s.Workers, Cron: s.Cron, Chat: s.Chat, Expected: s.Memory,
		Warnings: append([]string{}, s.Warnings...),
		Options: convert(s.Options, func(o size.Option) SizeOptionOf {
			if known, ok := conf.Lookup(o.Name); ok {
				o.Name = known.NameIn(major)
			}
			return SizeOptionOf(o)
		}),
	}
}

// NewSizeDocument returns the sizes of Odoos.
func NewSizeDocument(list ...SizeOf) *SizeDocument {
	return &SizeDocument{Version: documentVersion, Sizes: append([]SizeOf{}, list...)}
}

// TuneDocument is what PostgreSQL servers should be set to.
type TuneDocument struct {
	Version int      `json:"version" jsonschema:"enum=1"`
	Servers []TuneOf `json:"servers"`
}

// TuneOf are the proposals for the PostgreSQL of one machine.
type TuneOf struct {
	Host     string          `json:"host,omitempty"` // without: the flags describe the machine
	Memory   int64           `json:"memory"`         // that PostgreSQL may use, in bytes
	CPUs     int             `json:"cpus"`
	Settings []TuneSettingOf `json:"settings"`
}

// TuneSettingOf is one setting with its reason.
type TuneSettingOf struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as postgresql.conf has it
	Why   string `json:"why"`
}

// NewTuneOf returns the proposals for a machine.
func NewTuneOf(host string, m tune.Machine) TuneOf {
	return TuneOf{Host: host, Memory: m.Memory, CPUs: m.CPUs, Settings: convert(tune.For(m),
		func(s tune.Setting) TuneSettingOf { return TuneSettingOf(s) })}
}

// NewTuneDocument returns the proposals for several machines.
func NewTuneDocument(list []TuneOf) *TuneDocument {
	return &TuneDocument{Version: documentVersion, Servers: append([]TuneOf{}, list...)}
}

// DBFilterDocument is which databases Odoo shows under which host name.
type DBFilterDocument struct {
	Version int                 `json:"version" jsonschema:"enum=1"`
	Hosts   map[string][]string `json:"hosts"` // the databases, in Odoo's order, by the name that a browser asks for
}

// NewDBFilterDocument returns the databases that names show.
func NewDBFilterDocument(shown map[string][]string) *DBFilterDocument {
	d := &DBFilterDocument{Version: documentVersion, Hosts: map[string][]string{}}
	for name, databases := range shown {
		d.Hosts[name] = append([]string{}, databases...)
	}
	return d
}
