package remote

import (
	"context"
	"errors"
	"io"
	"net"

	"golang.org/x/crypto/ssh"
)

// DialContext connects to addr from the host (direct-tcpip, RFC 4254 section 7.2), as
// net.Dialer.DialContext would there. network is tcp, tcp4, tcp6 or unix. The
// connection supports deadlines and outlives ctx.
func (c *Client) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	tried := "connect from the host to " + addr
	channel, err := c.conn.DialContext(ctx, network, addr)
	if err != nil {
		if e := c.config.interrupted(ctx, tried); e != nil {
			return nil, e
		}
		return nil, c.forwardError(ctx, tried, err)
	}
	near, far := net.Pipe()
	c.owned.Go(func() {
		io.Copy(far, taking{channel, c.wire})
		far.Close()
	})
	c.owned.Go(func() {
		io.Copy(channel, far)
		channel.Close()
		far.Close()
	})
	return &forwarded{Conn: near, local: channel.LocalAddr(), remote: channel.RemoteAddr()}, nil
}

// forwarded is the near end of a pipe whose far end is copied to and from an SSH
// channel: a channel has no deadlines, and closing it does not wake a reader when the
// host hangs.
type forwarded struct {
	net.Conn
	local, remote net.Addr
}

func (f *forwarded) LocalAddr() net.Addr  { return f.local }
func (f *forwarded) RemoteAddr() net.Addr { return f.remote }

func (c *Client) forwardError(ctx context.Context, tried string, err error) error {
	var rejected *ssh.OpenChannelError
	if errors.As(err, &rejected) {
		return c.config.refused(tried, rejected)
	}
	if lost := c.lost(ctx, tried); lost != nil {
		return lost
	}
	return &Error{Host: c.config.Host, Kind: Unreachable, Tried: tried, Got: err.Error(), Err: err}
}

// refused describes a connection that the host would not open; see IsRefused and
// IsForbidden.
func (c Config) refused(tried string, rejected *ssh.OpenChannelError) *Error {
	e := &Error{Host: c.Host, Kind: Unreachable, Tried: tried, Got: rejected.Error(), Err: rejected}
	switch rejected.Reason {
	case ssh.Prohibited:
		e.Got = "sshd does not allow it"
		e.Hint = "look at AllowTcpForwarding, PermitOpen and DisableForwarding in its sshd_config, and at restrict, " +
			"no-port-forwarding and permitopen before the key in authorized_keys"
	case ssh.ConnectionFailed:
		e.Got, e.Hint = "the host could not connect: "+rejected.Message,
			"does anything listen there, and may the host reach it?"
	}
	return e
}

// IsRefused reports whether a connection from a host failed on the host's side, with
// the SSH connection itself intact.
func IsRefused(err error) bool {
	var rejected *ssh.OpenChannelError
	return errors.As(err, &rejected)
}

// IsForbidden reports whether a connection from a host failed because its sshd does not
// allow forwarding.
func IsForbidden(err error) bool {
	var rejected *ssh.OpenChannelError
	return errors.As(err, &rejected) && rejected.Reason == ssh.Prohibited
}
