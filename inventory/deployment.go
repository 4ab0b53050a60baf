package inventory

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Deployment is one Odoo with what it needs: its application hosts, its PostgreSQL and its nginx. A part that is nil is not odooctl's.
type Deployment struct {
	Name       string      `yaml:"-"`
	Odoo       *Odoo       `yaml:"odoo"`
	PostgreSQL *PostgreSQL `yaml:"postgresql"`
	Nginx      *Nginx      `yaml:"nginx"`
	Pos        Pos         `yaml:"-"`
}

// Hosts gives every host of the deployment once: Odoo's, then PostgreSQL's, then nginx's.
func (d *Deployment) Hosts() []*Host {
	var all []*Host
	add := func(hosts ...*Host) {
		for _, h := range hosts {
			if h != nil && !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	if d.Odoo != nil {
		all = slices.Clone(d.Odoo.Hosts)
	}
	if d.PostgreSQL != nil {
		add(d.PostgreSQL.Host)
	}
	if d.Nginx != nil {
		add(d.Nginx.Hosts...)
	}
	return all
}

// The ports that Odoo listens on when neither the inventory nor odoo.conf says otherwise.
const (
	DefaultHTTPPort = 8069
	DefaultChatPort = 8072
)

// Odoo is the application part of a deployment. Zero values and nil pointers mean "not given": the value is derived from the host.
type Odoo struct {
	Hosts           []*Host  `yaml:"hosts"`
	Version         string   `yaml:"version"` // "14.0"; "" is read from the host
	Users           int      `yaml:"users"`   // concurrent users
	Databases       []string `yaml:"databases"`
	DBFilter        string   `yaml:"dbfilter"` // a Python regular expression with %h and %d
	ListDB          *bool    `yaml:"list_db"`
	AdminPasswd     Secret   `yaml:"admin_passwd"`
	HTTPPort        int      `yaml:"http_port"` // 0 is DefaultHTTPPort
	ChatPort        int      `yaml:"chat_port"` // long polling or websocket; 0 is DefaultChatPort
	DataDir         string   `yaml:"data_dir"`  // on the host
	AddonsPath      []string `yaml:"addons_path"`
	Workers         *int     `yaml:"workers"`
	MaxCronThreads  *int     `yaml:"max_cron_threads"`
	LimitMemorySoft Size     `yaml:"limit_memory_soft"`
	LimitMemoryHard Size     `yaml:"limit_memory_hard"`
	Options         []Option `yaml:"options"` // any other option of odoo.conf, in the order of the file
	Pos             Pos      `yaml:"-"`
}

// Major gives the major version, 14 for "14.0", and 0 where the inventory does not say.
func (o *Odoo) Major() int {
	major, _, _ := strings.Cut(o.Version, ".")
	n, _ := strconv.Atoi(major)
	return n
}

// Ports gives the HTTP and the chat port with the defaults filled in.
func (o *Odoo) Ports() (http, chat int) {
	http, chat = o.HTTPPort, o.ChatPort
	if http == 0 {
		http = DefaultHTTPPort
	}
	if chat == 0 {
		chat = DefaultChatPort
	}
	return http, chat
}

// Access is how Odoo reaches a PostgreSQL.
type Access string

// The values of postgresql.access. Left out, it is local when every Odoo host is the database host, else network.
const (
	AccessNetwork Access = "network" // over TCP, allowed by pg_hba rules and listen_addresses
	AccessTunnel  Access = "tunnel"  // through a systemd SSH tunnel; PostgreSQL stays on its loopback
	AccessLocal   Access = "local"   // through the unix socket
)

// PostgreSQL is the database part of a deployment: one cluster on one host, which may serve several deployments.
type PostgreSQL struct {
	Host      *Host          `yaml:"host"`
	Version   string         `yaml:"version"` // "15", "9.6"; "" is read from the host
	Cluster   string         `yaml:"cluster"` // Debian's cluster name
	Port      int            `yaml:"port"`    // 0 is the cluster's own
	Access    Access         `yaml:"access"`
	Allow     []netip.Prefix `yaml:"allow"`      // ranges beside the Odoo hosts' own addresses
	AllowOpen bool           `yaml:"allow_open"` // accept 0.0.0.0/0 and ::/0 in Allow
	Role      Role           `yaml:"role"`
	Settings  []Option       `yaml:"settings"` // of postgresql.conf, in the order of the file
	Pos       Pos            `yaml:"-"`
}

// Role is the PostgreSQL role that Odoo logs in as.
type Role struct {
	Name     string `yaml:"name"` // left out, it is odoo
	Password Secret `yaml:"password"`
	CreateDB *bool  `yaml:"createdb"`
	Pos      Pos    `yaml:"-"`
}

// Nginx is the proxy part of a deployment.
type Nginx struct {
	Hosts             []*Host  `yaml:"hosts"`
	ServerNames       []string `yaml:"server_name"` // lower case
	TLS               TLS      `yaml:"tls"`
	HSTS              bool     `yaml:"hsts"`
	ClientMaxBodySize string   `yaml:"client_max_body_size"` // nginx's syntax: 128m
	Pos               Pos      `yaml:"-"`
}

// TLS says where the certificate comes from; at most one of the three sources is set. The zero value is plain HTTP.
type TLS struct {
	SelfSigned  bool   `yaml:"self_signed"`
	Certificate string `yaml:"certificate"` // absolute path on the operator's machine, as is Key
	Key         string `yaml:"key"`
	ACME        *ACME  `yaml:"acme"`
	Profile     string `yaml:"profile"` // Mozilla's: ProfileIntermediate or ProfileModern; left out, intermediate
	Pos         Pos    `yaml:"-"`
}

// Enabled tells whether nginx speaks TLS.
func (t TLS) Enabled() bool { return t.SelfSigned || t.Certificate != "" || t.ACME != nil }

// The values of tls.profile, after Mozilla's "Server Side TLS" guideline.
const (
	ProfileIntermediate = "intermediate"
	ProfileModern       = "modern"
)

// ACME asks for certificates of an ACME authority such as Let's Encrypt (RFC 8555).
type ACME struct {
	Email string `yaml:"email"`
}
