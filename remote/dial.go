package remote

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// maxTries is how often a login is tried whose connection is dropped, the first included: by anything, and by an
// sshd that says that it has too many at once.
const (
	maxTries     = 4
	maxBusyTries = 8
)

// Dial logs in to a host. It returns an *Error that says why it could not, or a plain
// error for an invalid Config.
//
// A connection dropped before the host proved its key is retried after a growing,
// randomized pause, at most three times, or seven if sshd says "Exceeded MaxStartups":
// that is how a busy sshd or bastion turns connections away. A refused login never is:
// sshd from 9.8 on blocks sources that fail often (PerSourcePenalties, sshd_config(5)).
//
// Where OpenSSH has a connection to the host, see Config.Masters, there is no login.
func Dial(ctx context.Context, c Config) (*Client, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if client := c.shared(ctx); client != nil {
		return client, nil
	}
	keys, err := c.hostKeys()
	if err != nil {
		return nil, err
	}
	leave := func() {}
	if c.Jump != nil {
		var bastion *Client
		if bastion, leave, err = c.Bastions.through(ctx, c); err != nil {
			return nil, c.blocked(ctx, err)
		}
		c.Dial = bastion.DialContext
	} else if c.ProxyCommand != "" {
		c.Dial = c.dialProxy
	}
	client, err := c.try(ctx, keys, leave)
	if err != nil {
		leave()
		return nil, err
	}
	return client, nil
}

// try logs in, and tries again where that may help.
func (c Config) try(ctx context.Context, keys *hostKeys, leave func()) (*Client, error) {
	for try := 1; ; {
		client, failure := c.login(ctx, keys, leave)
		switch {
		case failure == nil:
			return client, nil
		case keys.nextType():
		case errors.Is(failure, errDropped) && try < maxTries, errors.Is(failure, errBusy) && try < maxBusyTries:
			c.Limiter.narrow(c.way() + c.endpoint())
			if c.Sleep(ctx, c.pause(try)) != nil {
				return nil, failure
			}
			try++
		default:
			return nil, failure
		}
	}
}

// pause doubles from a quarter of a second to two, plus or minus half of it.
func (c Config) pause(try int) time.Duration {
	base := min(250*time.Millisecond<<(try-1), 2*time.Second)
	var b [1]byte
	c.Rand.Read(b[:])
	return base/2 + base*time.Duration(b[0])/256
}

// login connects and logs in once.
func (c Config) login(ctx context.Context, keys *hostKeys, leave func()) (*Client, error) {
	release, err := c.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()

	offered := new(offers)
	if !keys.scans && c.offersKeys() {
		agentCtx, cancel := context.WithTimeout(ctx, c.ConnectTimeout+c.HandshakeTimeout)
		defer cancel()
		agent := c.agent(agentCtx)
		defer agent.close()
		if offered, err = c.offers(ctx, agent); err != nil {
			return nil, err
		}
	}
	began := c.Now()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	connected := c.Now()
	ctx, cancel := context.WithTimeout(ctx, c.HandshakeTimeout)
	defer cancel()
	client, err := c.handshake(ctx, conn, keys, offered, leave)
	if err == nil {
		client.cost = Cost{Connect: connected.Sub(began), Login: c.Now().Sub(connected)}
	}
	return client, err
}

// breath is the pause before each handshake where they go one by one: sshd counts a
// handshake as pending for a moment longer than the client does.
const breath = 50 * time.Millisecond

// turn waits until the endpoint, and the jump host, may have one more handshake. It
// returns the function that ends it.
func (c Config) turn(ctx context.Context) (func(), error) {
	tried := "wait for a turn to connect to " + c.endpoint()
	place := c.way() + c.endpoint()
	at, err := c.Limiter.acquire(ctx, place)
	if err != nil {
		return nil, c.interrupted(ctx, tried)
	}
	if c.Limiter.narrowed(place) && c.Sleep(ctx, breath) != nil {
		at()
		return nil, c.interrupted(ctx, tried)
	}
	if c.Jump == nil {
		return at, nil
	}
	through, err := c.Limiter.acquire(ctx, "through "+c.way())
	if err != nil {
		at()
		return nil, c.interrupted(ctx, tried)
	}
	return func() { through(); at() }, nil
}

func (c Config) connect(ctx context.Context) (net.Conn, error) {
	tried := "connect to " + c.endpoint()
	dialCtx, cancel := context.WithTimeout(ctx, c.ConnectTimeout)
	defer cancel()
	conn, err := c.Dial(dialCtx, "tcp", c.endpoint())
	if err == nil {
		return conn, nil
	}
	if e := c.interrupted(ctx, tried); e != nil {
		return nil, e
	}
	e := &Error{Host: c.Host, Kind: Unreachable, Tried: tried, Got: err.Error(), Err: err}
	var dns *net.DNSError
	var through *Error
	switch {
	case errors.As(err, &through):
		e.Got, e.Hint = "by way of "+through.Host+": "+through.Got, through.Hint
	case errors.As(err, &dns):
		e.Got, e.Hint = "the name "+c.Address+" does not resolve", "correct the host's address"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Got, e.Hint = "connection refused", "is sshd running there, and is the port right?"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Got, e.Hint = "no route to host", "is the host up, and this machine in the right network or VPN?"
	case isTimeout(err):
		e.Got, e.Hint = "no answer within "+c.ConnectTimeout.String(),
			"the host is down, the address is wrong, or a firewall drops the packets"
	case errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.EACCES):
		e.Got, e.Hint = "the system sends nothing to this address",
			"is it that of a host? A link-local address of IPv6 also needs the interface: fe80::1%eth0"
	default:
		if op := (*net.OpError)(nil); errors.As(err, &op) {
			e.Got = op.Err.Error() // without the address, which was said
		}
	}
	return nil, e
}

// handshake turns a connection into a Client, or closes it.
func (c Config) handshake(ctx context.Context, conn net.Conn, keys *hostKeys, offered *offers,
	leave func()) (*Client, error) {
	w := &wire{Conn: conn, turns: turns{now: c.Now}, caught: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	keys.shown, keys.refused = nil, nil
	clientConfig := &ssh.ClientConfig{
		Config:            c.Algorithms.config(),
		User:              c.User,
		Auth:              c.methods(ctx, offered),
		HostKeyCallback:   keys.check,
		HostKeyAlgorithms: keys.algorithms,
		ClientVersion:     "SSH-2.0-odooctl",
	}
	sshConn, channels, requests, err := ssh.NewClientConn(w, c.endpoint(), clientConfig)
	if err != nil {
		defer stop()
		return nil, c.failed(ctx, w, keys, offered, err)
	}
	if !stop() {
		sshConn.Close()
		return nil, c.interrupted(ctx, c.loginText())
	}
	c.Keyring.remember(c.User, offered.signed)
	return newClient(c, w, ssh.NewClient(sshConn, channels, requests), leave), nil
}
