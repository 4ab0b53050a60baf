package report

import (
	"net"
	"strconv"
	"strings"

	"odooctl/playbooks/run"
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

// NewForwardDocument returns the tunnel that listens at addr.
func NewForwardDocument(f *run.Forward, addr net.Addr) *ForwardDocument {
	host, port := run.NearEnd(addr)
	d := &ForwardDocument{Version: documentVersion, Deployment: f.Deployment.Name, Host: f.Host, Target: f.Target,
		Address: host, Database: f.Database, User: f.Role}
	d.Port, _ = strconv.Atoi(port)
	d.PSQL = strings.Join([]string{"psql", "-h", host, "-p", port, "-U", f.Role, "-d", f.Database}, " ")
	return d
}
