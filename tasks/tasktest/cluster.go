package tasktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/tasks/postgresql/conf"
	"odooctl/tasks/postgresql/scram"
)

// form is a PostgreSQL cluster in a test's section. The rest is as Debian creates a
// cluster.
type form struct {
	Version   string
	Name      string // main
	Port      int    // 5432
	Layout    string // debian, rhel, pgdg
	Running   *bool  // true
	Runs      string // the postgresql.conf that the server says it runs with
	Hidden    bool   // it runs with its data elsewhere than its files say
	Has       string // the data directory that the server says it has
	Roles     map[string]*role
	Databases map[string]*database
	Settings  map[string]*setting
}

// role has the names of the reading script. Secret NAME means the verifier of
// s3cret-NAME.
type role struct {
	Super       bool   `json:"super"`
	CreateDB    bool   `json:"createdb" yaml:"createdb"`
	CreateRole  bool   `json:"createrole" yaml:"createrole"`
	Login       bool   `json:"login"`
	Replication bool   `json:"replication"`
	BypassRLS   bool   `json:"bypassrls" yaml:"bypassrls"`
	Limit       string `json:"limit,omitempty"`
	Until       string `json:"until,omitempty"`
	Expired     bool   `json:"expired,omitempty"`
	Bootstrap   bool   `json:"bootstrap,omitempty"`
	Password    string `json:"password,omitempty"`
	Secret      string `json:"-"`
}

type database struct {
	Owner    string `json:"owner"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`
	Odoo     string `json:"-"` // version of Odoo's base module; "": none
	View     bool   `json:"-"` // Odoo's table of modules has been replaced by a view

	Modules map[string]string `json:"-"` // additional modules: NAME: VERSION, or NAME: uninstalled
	Private bool              `json:"private"`
	Clients int               `json:"clients"`
}

type setting struct {
	Value   string  `json:"value"`
	Unit    *string `json:"unit"`
	Context string  `json:"context"`
	File    *string `json:"file"`
	Source  string  `json:"source"`
	Pending bool    `json:"pending"`
}

// cluster behaves as a server: it reads its files when it is reloaded, and applies what
// needs a restart when it is restarted.
type cluster struct {
	version, name, config string
	layout, data, bin     string
	runs, has             string
	hidden                bool
	port                  int
	roles                 map[string]*role
	databases             map[string]*database
	settings              map[string]*setting
	base                  map[string]setting // without any file of conf.d
}

func (c *cluster) id() string { return c.version + "/" + c.name }

func (c *cluster) unit() string {
	switch c.layout {
	case "rhel":
		return "postgresql.service"
	case "pgdg":
		return "postgresql-" + c.version + ".service"
	}
	return "postgresql@" + c.version + "-" + c.name + ".service"
}

// place sets the paths of the cluster's files, as each distribution has them.
func (c *cluster) place() {
	switch c.layout {
	case "rhel":
		c.data, c.bin = "/var/lib/pgsql/data", "/usr/bin"
	case "pgdg":
		c.data, c.bin = "/var/lib/pgsql/"+c.version+"/data", "/usr/pgsql-"+c.version+"/bin"
	default:
		c.config, c.data, c.bin = "/etc/postgresql/"+c.id(), "/var/lib/postgresql/"+c.id(),
			"/usr/lib/postgresql/"+c.version+"/bin"
		return
	}
	c.config = c.data
}

// known are settings of any version, and what a change needs. Debian's postgresql.conf
// has those with a true.
var known = map[string]struct {
	value, context string
	file           bool
}{
	"listen_addresses":           {"localhost", "postmaster", false},
	"max_connections":            {"100", "postmaster", true},
	"shared_buffers":             {"16384", "postmaster", true},
	"shared_preload_libraries":   {"", "postmaster", false},
	"ssl":                        {"on", "sighup", true},
	"log_min_duration_statement": {"-1", "superuser", false},
	"log_connections":            {"off", "superuser-backend", false},
	"work_mem":                   {"4096", "user", false},
	"effective_cache_size":       {"524288", "user", false},
	"max_wal_size":               {"1024", "sighup", true},
}

// clusters parses the YAML of a host's clusters.
func clusters(text []byte) (list []*cluster, running map[string]bool, err error) {
	var forms []form
	if err := yaml.Unmarshal(text, &forms); err != nil {
		return nil, nil, err
	}
	running = map[string]bool{}
	for _, f := range forms {
		c := &cluster{version: f.Version, name: f.Name, port: f.Port, roles: f.Roles, databases: f.Databases,
			settings: map[string]*setting{}, base: map[string]setting{}}
		if c.name == "" {
			c.name = "main"
		}
		if c.port == 0 {
			c.port = 5432
		}
		c.layout, c.runs, c.has, c.hidden = f.Layout, f.Runs, f.Has, f.Hidden
		c.place()
		running[c.unit()] = f.Running == nil || *f.Running
		c.fill(f.Settings)
		list = append(list, c)
	}
	return list, running, nil
}

// fill adds what every cluster has.
func (c *cluster) fill(settings map[string]*setting) {
	main := c.config + "/postgresql.conf"
	for name, k := range known {
		c.base[name] = setting{Value: k.value, Context: k.context, Source: "default"}
	}
	c.base["port"] = setting{Value: strconv.Itoa(c.port), Context: "postmaster", Source: "configuration file",
		File: &main}
	for name, k := range known {
		if s := c.base[name]; k.file {
			s.Source, s.File = "configuration file", &main
			c.base[name] = s
		}
	}
	for name, s := range c.base {
		c.settings[name] = &s
	}
	for name, s := range settings {
		old := c.base[name]
		if s.Context == "" {
			s.Context = old.Context
		}
		if s.Source == "" {
			s.Source, s.File = old.Source, old.File
		}
		c.settings[name] = s
		c.base[name] = *s
	}
	if c.roles == nil {
		c.roles = map[string]*role{}
	}
	for name, r := range c.roles {
		if r.Secret != "" {
			// The salt of a test needs no secrecy; the parameters are valid.
			r.Password, _ = scram.Verifier(secretOf(r.Secret), []byte(name+"-salt-of-a-test"), scram.Iterations)
			r.Secret = ""
		}
	}
	c.roles["postgres"] = &role{Bootstrap: true, Super: true, CreateDB: true, CreateRole: true, Login: true,
		Replication: true, BypassRLS: true}
	if c.databases == nil {
		c.databases = map[string]*database{}
	}
	c.databases["postgres"] = &database{Owner: "postgres"}
}

func (c *cluster) copy() *cluster {
	n := *c
	n.roles, n.databases, n.settings = cloned(c.roles), cloned(c.databases), cloned(c.settings)
	return &n
}

func cloned[V any](m map[string]*V) map[string]*V {
	n := map[string]*V{}
	for k, v := range m {
		c := *v
		n[k] = &c
	}
	return n
}

// load is what a server does with its files when it is reloaded or started.
func (c *cluster) load(h *host, start bool) {
	want := map[string]setting{}
	maps.Copy(want, c.base)
	for _, inc := range conf.Parse(h.files[c.config+"/postgresql.conf"].Text).Includes {
		if inc.Name != "include_dir" {
			continue
		}
		for _, p := range h.glob(c.config + "/conf.d/*.conf") {
			for _, e := range conf.Parse(h.files[p].Text).Entries {
				name := strings.ToLower(e.Name)
				s, ok := c.base[name]
				if !ok {
					s.Context = "user"
				}
				s.Value, s.Source, s.File, s.Pending = e.Value, "configuration file", &p, false
				want[name] = s
			}
		}
	}
	for name, s := range want {
		now := c.settings[name]
		if now != nil && now.File != nil && strings.HasSuffix(*now.File, "/postgresql.auto.conf") {
			continue // ALTER SYSTEM has the last word
		}
		if now != nil && s.Context == "postmaster" && !start && s.Value != now.Value {
			now.Pending = true
			continue
		}
		s.Pending = false
		c.settings[name] = &s
	}
	if start {
		c.port, _ = strconv.Atoi(c.settings["port"].Value)
	}
}

// row is the server's answer, with the requested settings.
func (c *cluster) row(asked []string) string {
	number, minor, _ := strings.Cut(c.version, ".")
	n, _ := strconv.Atoi(number)
	m, _ := strconv.Atoi(minor)
	if n < 10 {
		n = n*100 + m
	} else {
		n *= 100
	}
	settings := map[string]*setting{}
	for name, s := range c.settings {
		if s.Source == "configuration file" || slices.Contains(append(asked, "listen_addresses", "port"), name) {
			settings[name] = s
		}
	}
	data, err := json.Marshal(map[string]any{
		"version": n * 100, "system": fmt.Sprintf("72%017d", c.port), "hba": c.config + "/pg_hba.conf",
		"config": cmp.Or(c.runs, c.config+"/postgresql.conf"), "data": cmp.Or(c.has, c.data),
		"roles": c.roles, "databases": c.databases, "settings": settings,
	})
	if err != nil {
		panic(err)
	}
	return string(data)
}

// UnmarshalYAML accepts a bare value too.
func (s *setting) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		s.Value = n.Value
		return nil
	}
	type plain setting
	return n.Decode((*plain)(s))
}
