package inventory

import "net/netip"

// Access is how Odoo reaches a PostgreSQL.
type Access string

// The values of postgresql.access. Left out, it is local when every Odoo host is the
// database host, else network.
const (
	AccessNetwork Access = "network" // over TCP, allowed by pg_hba rules and listen_addresses
	AccessTunnel  Access = "tunnel"  // through a systemd SSH tunnel; PostgreSQL stays on its loopback
	AccessLocal   Access = "local"   // through the unix socket
)

// PostgreSQL is the database part of a deployment: one cluster on one host, which may
// serve several deployments.
type PostgreSQL struct {
	Host      *Host          `yaml:"host"`
	Version   string         `yaml:"version"` // "15", "9.6"; "" is read from the host
	Cluster   string         `yaml:"cluster"` // Debian's cluster name
	Port      int            `yaml:"port"`    // 0 is the cluster's own
	Access    Access         `yaml:"access"`
	Tunnel    Tunnel         `yaml:"tunnel"`     // of access: tunnel
	Allow     []netip.Prefix `yaml:"allow"`      // ranges beside the Odoo hosts' own addresses
	AllowOpen bool           `yaml:"allow_open"` // accept 0.0.0.0/0, ::/0 and ranges close to them in Allow
	Role      Role           `yaml:"role"`
	Settings  []Option       `yaml:"settings"` // of postgresql.conf, in the order of the file
	Install   bool           `yaml:"install"`  // the packages, where the host has no such cluster
	Restart   bool           `yaml:"restart"`  // settings may restart a server that others use too
	TLS       ServerTLS      `yaml:"tls"`
	Private   bool           `yaml:"private"` // only its role may connect to the deployment's databases
	Pos       Pos            `yaml:"-"`
}

// ServerTLS says where the certificate of a PostgreSQL server comes from, whose name
// clients do not check. The zero value leaves TLS as it is.
type ServerTLS struct {
	SelfSigned  bool `yaml:"self_signed"`
	Certificate File `yaml:"certificate"` // the server's own and its issuers, in PEM
	Key         Key  `yaml:"key"`
	Pos         Pos  `yaml:"-"`
}

// Enabled reports whether the inventory asks for TLS.
func (t ServerTLS) Enabled() bool { return t.SelfSigned || !t.Certificate.IsZero() }

// same reports whether two deployments ask for one certificate.
func (t ServerTLS) same(o ServerTLS) bool {
	return t.SelfSigned == o.SelfSigned && t.Certificate.Path == o.Certificate.Path && t.Key.same(o.Key.Secret)
}

// Role is the PostgreSQL role that Odoo logs in as.
type Role struct {
	Name     string `yaml:"name"` // left out, it is odoo
	Password Secret `yaml:"password"`
	CreateDB *bool  `yaml:"createdb"`
	Pos      Pos    `yaml:"-"`
}
