package inventory

import "net/netip"

// Tunnel says where the SSH tunnel of access: tunnel listens on the Odoo hosts, and where it goes.
type Tunnel struct {
	Port    int    `yaml:"port"`     // on each Odoo host; left out, DefaultTunnelPort
	Bind    string `yaml:"bind"`     // a loopback address; left out, 127.0.0.1
	Socket  bool   `yaml:"socket"`   // a unix socket that only Odoo's group can open, instead of a port
	SSHPort int    `yaml:"ssh_port"` // of the database host; left out, the host's ssh.port, or 22
	Pos     Pos    `yaml:"-"`
}

// Where a tunnel listens, unless the inventory says otherwise.
const (
	DefaultTunnelPort = 15432
	defaultTunnelBind = "127.0.0.1"
	sshPort           = 22
)

// checkTunnel checks the tunnel of a deployment and fills in what is left out. It needs
// the access that was chosen.
func (d *decoder) checkTunnel(dep *Deployment) {
	p := dep.PostgreSQL
	t := &p.Tunnel
	if p.Access != AccessTunnel {
		if d.given(t) {
			d.errs.add(d.whereOf(p.Pos, t), "tunnel is for access: tunnel, and access is %s", p.Access)
		}
		return
	}
	if dep.Odoo == nil {
		d.errs.add(d.whereOf(p.Pos, &p.Access), "access tunnel: deployment %s has no odoo from which the tunnel could start",
			dep.Name)
	}
	d.checkPort(&t.Port, "tunnel port")
	d.checkPort(&t.SSHPort, "ssh_port")
	if d.ok(&t.Bind) {
		if a, err := netip.ParseAddr(t.Bind); err != nil || !a.IsLoopback() || a.Zone() != "" {
			d.errs.add(d.at(&t.Bind), "bind %s: a tunnel listens on the loopback only, such as 127.0.0.1: whoever reaches "+
				"another address would reach PostgreSQL", t.Bind)
		}
	}
	for _, field := range []any{&t.Port, &t.Bind} {
		if t.Socket && d.given(field) {
			d.errs.add(d.whereOf(t.Pos, field), "socket: true is a unix socket: it has no port and no address")
		}
	}
	if !d.given(&t.Bind) {
		t.Bind = defaultTunnelBind
	}
	if !d.given(&t.Port) {
		t.Port = DefaultTunnelPort
	}
	if p.Host != nil && !d.given(&t.SSHPort) {
		if t.SSHPort = p.Host.SSH.Port; t.SSHPort == 0 {
			t.SSHPort = sshPort
		}
	}
}

// Tunnels returns the deployments that reach their PostgreSQL from h through a tunnel, in
// the order of the inventory. A host that runs the PostgreSQL itself needs none.
func (h *Host) Tunnels() (list []*Deployment) {
	for _, dep := range h.odoo {
		if p := dep.PostgreSQL; p != nil && p.Access == AccessTunnel && p.Host != h {
			list = append(list, dep)
		}
	}
	return list
}

// checkTunnelPorts finds a tunnel that would listen where another one or an Odoo does.
func (d *decoder) checkTunnelPorts(h *Host) {
	taken := map[int]string{}
	for _, dep := range h.odoo {
		for _, port := range d.listens(dep.Odoo) {
			taken[port.number] = port.name + " of " + port.of + dep.Name
		}
	}
	for _, dep := range h.Tunnels() {
		p := dep.PostgreSQL
		if p.Tunnel.Socket {
			continue
		}
		if other := taken[p.Tunnel.Port]; other != "" {
			d.errs.add(d.whereOf(p.Pos, &p.Tunnel.Port, &p.Access), "the tunnel of %s would listen on port %d of host %s, "+
				"which is the %s: give it another postgresql.tunnel.port", dep.Name, p.Tunnel.Port, h.Name, other)
		}
		taken[p.Tunnel.Port] = "tunnel port of " + dep.Name
	}
}
