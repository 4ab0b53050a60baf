package playbooks

import (
	"context"

	"odooctl/inventory"
	"odooctl/remote"
)

// Login is what the operator's machine brings to every connection.
type Login struct {
	User       string   // where the inventory names none
	Identities []string // key files where the inventory names none
	KnownHosts []string // where the inventory names none
	Agent      string   // socket of the SSH agent; "" = none
}

// Connector returns the Connect function for hosts reached over SSH. The
// handshakes at one endpoint are limited, for sshd drops what exceeds its
// MaxStartups.
func Connector(l Login) func(context.Context, *inventory.Host) (Shell, error) {
	limiter := &remote.Limiter{}
	return func(ctx context.Context, h *inventory.Host) (Shell, error) {
		c := remote.Config{
			Host: h.Name, Address: h.Address, Port: h.SSH.Port,
			User:          first(h.SSH.User, l.User),
			IdentityFiles: h.SSH.IdentityFile, KnownHosts: h.SSH.KnownHosts,
			HostKey: h.SSH.HostKey, AgentSocket: l.Agent,
			ConnectTimeout: h.SSH.ConnectTimeout,
			Sudo:           h.Sudo, Limiter: limiter,
		}
		if len(c.IdentityFiles) == 0 && l.Agent == "" {
			c.IdentityFiles = l.Identities
		}
		if len(c.KnownHosts) == 0 {
			c.KnownHosts = l.KnownHosts
		}
		client, err := remote.Dial(ctx, c)
		if err != nil {
			return nil, err
		}
		sh, err := client.Shell(ctx)
		if err != nil {
			client.Close()
			return nil, err
		}
		return &connection{sh, client}, nil
	}
}

// connection closes its client with its shell.
type connection struct {
	*remote.Shell
	client *remote.Client
}

func (c *connection) Close() error {
	c.Shell.Close()
	return c.client.Close()
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
