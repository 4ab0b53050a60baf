package inventory

import "net/netip"

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
	Tunnel    Tunnel         `yaml:"tunnel"`     // of access: tunnel
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
