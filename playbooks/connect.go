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
	// SudoPassword returns what sudo is answered where it asks; nil: it must not.
	SudoPassword func(context.Context) (string, error)
}

// handshakes is how many logins one sshd sees at once: it begins to drop them at
// ten (MaxStartups 10:30:100, sshd_config(5)).
const handshakes = 8

// Connector returns the Connect function for hosts reached over SSH. The
// handshakes at one endpoint are limited, for sshd drops what exceeds its
// MaxStartups.
func Connector(l Login) func(context.Context, *inventory.Host) (Shell, error) {
	limiter := &remote.Limiter{PerEndpoint: handshakes}
	return func(ctx context.Context, h *inventory.Host) (Shell, error) {
		c := remote.Config{
			Host: h.Name, Address: h.Address, Port: h.SSH.Port,
			User:          first(h.SSH.User, l.User),
			IdentityFiles: h.SSH.IdentityFile, KnownHosts: h.SSH.KnownHosts,
			HostKey: h.SSH.HostKey, AgentSocket: l.Agent,
			ConnectTimeout: h.SSH.ConnectTimeout,
			Sudo:           h.Sudo, SudoPassword: l.SudoPassword, Limiter: limiter,
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
		return &connection{client: client}, nil
	}
}

// connection is a login and the one shell on it. The shell starts with the first
// script, which saves a round trip where that one has no input.
type connection struct {
	client *remote.Client
	shell  *remote.Shell
}

// Run implements Shell. It is not for several goroutines.
func (c *connection) Run(ctx context.Context, script string, stdin []byte) (res remote.Result, err error) {
	if c.shell == nil && len(stdin) == 0 {
		c.shell, res, err = c.client.Start(ctx, script)
		return res, err
	}
	if c.shell == nil {
		if c.shell, _, err = c.client.Start(ctx, ":"); err != nil {
			return res, err
		}
	}
	return c.shell.Run(ctx, script, stdin)
}

func (c *connection) Close() error {
	if c.shell != nil {
		c.shell.Close()
	}
	return c.client.Close()
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
