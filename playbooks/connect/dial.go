package connect

import (
	"cmp"
	"context"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/remote"
	"odooctl/remote/sshconfig"
)

// Connect logs in to a host. Connections to jump hosts are shared. The first time it takes
// the connection that OpenSSH has to the host, if any; later, logins are what is to be
// proven, or that connection may have died with the host.
func (n *Network) Connect(ctx context.Context, h *inventory.Host) (Shell, error) {
	n.mu.Lock()
	first := !n.met[h.Name]
	n.met[h.Name] = true
	n.mu.Unlock()
	client, err := n.reach(ctx, h, &n.bastions, first)
	if err != nil {
		return nil, err
	}
	return &connection{client: client}, nil
}

// Dial logs in to a host by connections of its own, to jump hosts too, so that a later
// login can succeed where an earlier one did not.
func (n *Network) Dial(ctx context.Context, h *inventory.Host) (*remote.Client, error) {
	return n.reach(ctx, h, new(remote.Bastions), false)
}

// reach logs in to a host in the way that the inventory names, or shares the connection that
// OpenSSH has to it.
func (n *Network) reach(ctx context.Context, h *inventory.Host, bastions *remote.Bastions,
	shares bool) (*remote.Client, error) {
	switch {
	case h.Local():
		return remote.Local(remote.Config{Host: h.Name, User: n.desk.User, Sudo: h.Sudo, SudoPassword: n.desk.SudoPassword})
	case h.SSH.Transport == inventory.TransportOpenSSH:
		return n.program(ctx, h)
	}
	c, err := n.config(ctx, h)
	if err != nil {
		return nil, err
	}
	for hop := &c; hop != nil; hop = hop.Jump {
		hop.Bastions = bastions
	}
	if !shares {
		c.Masters = nil
	}
	return remote.Dial(ctx, c)
}

// defaultConnectTimeout is for ssh that of odooctl's client; its own is minutes.
const defaultConnectTimeout = 10 * time.Second

// program is the way by the machine's own ssh. It reads ssh_config itself, so it is given
// only the settings of the inventory.
func (n *Network) program(ctx context.Context, h *inventory.Host) (*remote.Client, error) {
	var options []string
	if n.desk.ConfigGiven {
		options = append(options, "-F", cmp.Or(strings.Join(n.desk.Config, ""), "none"))
	}
	if h.SSH.Jump != "" {
		options = append(options, "-J", h.SSH.Jump)
	}
	said := n.files.Host(ctx, sshconfig.Target{Name: h.Address, User: h.SSH.User})
	return remote.OpenSSH(remote.Config{
		Host: h.Name, Address: h.Address, User: h.SSH.User, Port: h.SSH.Port,
		IdentityFiles: h.SSH.IdentityFile, KnownHosts: h.SSH.KnownHosts, HostKey: h.SSH.HostKey,
		ConnectTimeout: cmp.Or(h.SSH.ConnectTimeout, said.ConnectTimeout, defaultConnectTimeout),
		Sudo:           h.Sudo, SudoPassword: n.desk.SudoPassword,
	}, options...)
}
