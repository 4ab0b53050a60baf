package inventory

import (
	"iter"
	"slices"
	"time"
)

// Host is a machine and the way to reach it.
type Host struct {
	Name    string   `yaml:"-"`
	Address string   `yaml:"address"` // an IP address or a host name; left out, it is the name
	SSH     SSH      `yaml:"ssh"`
	Sudo    bool     `yaml:"sudo"` // run as root through sudo; left out, it is true unless ssh.user is root
	Groups  []string `yaml:"-"`    // the groups it belongs to, in the order of the file
	Pos     Pos      `yaml:"-"`

	local                   bool // address: local
	index                   int
	odoo, postgresql, nginx []*Deployment
}

// SSH says how to log in to a host: the file's defaults, overridden by the host's groups
// in the order of the file, overridden by the host itself. A zero value leaves the choice
// to ~/.ssh/config and the SSH client's defaults.
type SSH struct {
	User           string        `yaml:"user"`
	Port           int           `yaml:"port"`
	IdentityFile   []string      `yaml:"identity_file"` // absolute paths, tried in this order
	Jump           string        `yaml:"jump"`          // hops as ssh -J takes them: [user@]host[:port],...
	KnownHosts     []string      `yaml:"known_hosts"`   // absolute paths
	HostKey        string        `yaml:"host_key"`      // "ssh-ed25519 AAAA..." or "SHA256:..."
	Transport      string        `yaml:"transport"`     // TransportNative, TransportOpenSSH or ""
	Multiplex      string        `yaml:"multiplex"`     // MultiplexAuto, MultiplexOff or ""
	ConnectTimeout time.Duration `yaml:"connect_timeout"`
}

// The transports that ssh.transport names.
const (
	TransportNative  = "native"  // odooctl's own SSH client
	TransportOpenSSH = "openssh" // the ssh program of the operator's machine
	TransportLocal   = "local"   // none: the host is the machine that odooctl runs on
)

// What ssh.multiplex says of a connection that OpenSSH has to the host.
const (
	MultiplexAuto = "auto" // it is used, where ssh_config names its socket
	MultiplexOff  = "off"  // each run logs in by itself
)

// Group is a named list of hosts. Its ssh and sudo settings override the file's defaults
// on these hosts.
type Group struct {
	Name  string  `yaml:"-"`
	Hosts []*Host `yaml:"hosts"`
	SSH   SSH     `yaml:"ssh"` // the group's own part, not merged
	Sudo  *bool   `yaml:"sudo"`
	Pos   Pos     `yaml:"-"`
}

// Local reports whether h is the machine that odooctl runs on.
func (h *Host) Local() bool { return h.local || h.SSH.Transport == TransportLocal }

// OdooOf returns the deployments whose Odoo runs on h, in the order of the inventory.
func (h *Host) OdooOf() []*Deployment { return slices.Clone(h.odoo) }

// PostgreSQLOf returns the deployments whose PostgreSQL runs on h, in the order of the inventory.
func (h *Host) PostgreSQLOf() []*Deployment { return slices.Clone(h.postgresql) }

// NginxOf returns the deployments whose nginx runs on h, in the order of the inventory.
func (h *Host) NginxOf() []*Deployment { return slices.Clone(h.nginx) }

// Peers goes through the hosts that share a deployment with h, without h: for each
// deployment Odoo's, PostgreSQL's and nginx's. A host that shares several of these with h
// comes several times.
func (h *Host) Peers() iter.Seq[*Host] {
	return func(yield func(*Host) bool) {
		for _, roles := range [][]*Deployment{h.odoo, h.postgresql, h.nginx} {
			for _, d := range roles {
				for other := range d.each {
					if other != h && !yield(other) {
						return
					}
				}
			}
		}
	}
}

// String returns the host's name.
func (h *Host) String() string { return h.Name }
