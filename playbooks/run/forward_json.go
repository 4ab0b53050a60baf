package run

import (
	"net"
	"strconv"
	"strings"
)

// ForwardDocument is a tunnel from this machine to a PostgreSQL, once it is open.
type ForwardDocument struct {
	Version    int    `json:"version" jsonschema:"enum=1"`
	Deployment string `json:"deployment"`
	Host       string `json:"host"`     // of the inventory, on which PostgreSQL runs
	Target     string `json:"target"`   // address and port, as the host reaches it
	Address    string `json:"address"`  // on which this machine listens
	Port       int    `json:"port"`     // the same
	Database   string `json:"database"` // the deployment's first, or postgres
	User       string `json:"user"`     // the role that Odoo logs in as
	PSQL       string `json:"psql"`     // a command that is ready to use; it asks for the password
}

// Document returns the tunnel that listens at addr, for a program to read.
func (f *Forward) Document(addr net.Addr) *ForwardDocument {
	host, port := NearEnd(addr)
	d := &ForwardDocument{Version: documentVersion, Deployment: f.Deployment.Name, Host: f.Host, Target: f.Target,
		Address: host, Database: f.Database, User: f.Role}
	d.Port, _ = strconv.Atoi(port)
	d.PSQL = strings.Join([]string{"psql", "-h", host, "-p", port, "-U", f.Role, "-d", f.Database}, " ")
	return d
}

// NearEnd is where this machine reaches its own listener: the loopback, for one that
// listens on all addresses.
func NearEnd(addr net.Addr) (host, port string) {
	host, port, _ = net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return host, port
}
