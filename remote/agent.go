package remote

import (
	"bytes"
	"context"
	"net"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// sshAgent holds the keys of the operator's agent, as of one login. A nil sshAgent was
// not queried.
type sshAgent struct {
	socket  string
	conn    net.Conn
	signers []ssh.Signer
	failure error
}

// agent lists the agent's keys. The end of ctx closes the connection to the agent, so
// that neither listing nor signing can hang. An agent that does not answer is not an
// error yet: a key file may do.
func (c Config) agent(ctx context.Context) *sshAgent {
	if c.AgentSocket == "" {
		return nil
	}
	a := &sshAgent{socket: c.AgentSocket}
	a.conn, a.failure = new(net.Dialer).DialContext(ctx, "unix", c.AgentSocket)
	if a.failure != nil {
		return a
	}
	context.AfterFunc(ctx, func() { a.conn.Close() })
	a.signers, a.failure = agent.NewClient(a.conn).Signers()
	return a
}

func (a *sshAgent) identities() (ids []identity) {
	if a == nil {
		return nil
	}
	for _, s := range a.signers {
		ids = append(ids, identity{s, "agent"})
	}
	return ids
}

func (a *sshAgent) holding(public ssh.PublicKey) ssh.Signer {
	if a == nil {
		return nil
	}
	for _, s := range a.signers {
		if bytes.Equal(s.PublicKey().Marshal(), public.Marshal()) {
			return s
		}
	}
	return nil
}

func (a *sshAgent) state() string {
	switch {
	case a == nil:
		return "there is no identity file and no agent"
	case a.failure != nil:
		return "there is no identity file, and the agent does not answer: " + a.failure.Error()
	}
	return "there is no identity file, and the agent at " + a.socket + " holds no key"
}

func (a *sshAgent) err() error {
	if a == nil {
		return nil
	}
	return a.failure
}

func (a *sshAgent) close() {
	if a != nil && a.conn != nil {
		a.conn.Close()
	}
}
