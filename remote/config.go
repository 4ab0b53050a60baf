package remote

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// Config says how to reach one host. All paths are absolute.
type Config struct {
	Host    string // the inventory's name of the host, used in errors
	Address string // name or IP address to connect to
	Port    int    // 0: 22
	User    string

	// IdentityFiles are offered in this order, before any key of the agent. If there
	// are any, the agent only serves keys named here (IdentitiesOnly of ssh_config).
	IdentityFiles []string
	// OtherKeys also offers the agent's other keys, after IdentityFiles, and makes a
	// missing file no error.
	OtherKeys bool
	// DefaultIdentityFiles are offered if there are no IdentityFiles, after the keys of
	// the agent. Unreadable ones are skipped.
	DefaultIdentityFiles []string
	AgentSocket          string   // the agent's Unix socket; "": no agent
	Keyring              *Keyring // key files already read; nil: a private one
	// Password returns the password for a host that accepts no key, and is called once;
	// nil: keys only.
	Password func(ctx context.Context) (string, error)

	KnownHosts       []string // known_hosts files; missing ones and devices count as empty
	GlobalKnownHosts []string // read after KnownHosts, never written
	// KnownHostsFrom is the setting that named KnownHosts, for errors: "FILE:3:
	// UserKnownHostsFile".
	KnownHostsFrom string
	Known          *KnownHosts // cache of KnownHosts; nil: they are read for this host
	HostKeyAlias   string      // the name to look up in KnownHosts; "": address and port
	HostKey        string      // SHA256:... or "ssh-ed25519 AAAA..." of the host's key; wins over KnownHosts

	Algorithms Algorithms
	NoKeys     bool     // no key is offered
	Methods    []string // of login, in order: publickey, password, keyboard-interactive; nil: these, keys first
	// ProxyCommand connects to the host over its standard input and output, instead of
	// Dial: a command for the operator's shell, with the tokens of ssh_config; "": none. It
	// is not used with a Jump.
	ProxyCommand string

	Jump     *Config   // the host to go through; nil: none
	Bastions *Bastions // shared connections to jump hosts; nil: none are shared

	// Masters are sockets of masters of OpenSSH that are logged in to the host as User
	// (ControlPath of ssh_config). The connection of the first that is ours and answers is
	// used instead of a login of our own.
	Masters []string

	ConnectTimeout   time.Duration // TCP connection; 0: 10 s
	HandshakeTimeout time.Duration // key exchange and login; 0: 20 s
	// Keepalive is the pause between two keepalive requests, 0: 15 s. A connection
	// without a byte for KeepaliveCount pauses, 0: 3, is closed as Lost.
	Keepalive      time.Duration
	KeepaliveCount int

	Sudo bool // run the shell as root by sudo, or doas where there is no sudo, unless User is root
	// SudoPassword returns sudo's password and is called only if sudo asks; nil: sudo
	// -n. It may be called for several hosts at once.
	SudoPassword func(ctx context.Context) (string, error)

	// Dial opens the connection that SSH runs over; nil: net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Limiter bounds the concurrent handshakes per endpoint; nil: no bound.
	Limiter *Limiter
	// Sleep waits between two tries; nil: a timer that ends with ctx.
	Sleep func(ctx context.Context, d time.Duration) error
	// Now is the clock of Cost; nil: time.Now.
	Now func() time.Time
	// Rand is the source of nonces and jitter; nil: crypto/rand.
	Rand io.Reader
	// MaxOutput limits what one script may print on both outputs together, in bytes; 0:
	// 3 MiB. Of standard error only the last 8 KiB are kept.
	MaxOutput int
	Room      *Room // memory for large answers; nil: a private one

	program bool   // connects by the ssh program; see OpenSSH
	master  string // the one of Masters whose connection it is; "": its own
}

// withDefaults returns c with its zero values filled in.
func (c Config) withDefaults() (Config, error) {
	if c.Address == "" || c.User == "" {
		return c, fmt.Errorf("host %s: reach: address and user must be set", c.Host)
	}
	if _, err := c.pin(); err != nil {
		return c, err
	}
	setDefault(&c.Host, c.Address)
	setDefault(&c.Port, 22)
	setDefault(&c.ConnectTimeout, 10*time.Second)
	setDefault(&c.HandshakeTimeout, 20*time.Second)
	setDefault(&c.Keepalive, 15*time.Second)
	setDefault(&c.KeepaliveCount, 3)
	setDefault(&c.MaxOutput, 3<<20)
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.Limiter == nil {
		c.Limiter = new(Limiter)
	}
	if c.Keyring == nil {
		c.Keyring = new(Keyring)
	}
	if c.Known == nil {
		c.Known = new(KnownHosts)
	}
	if c.Bastions == nil {
		c.Bastions = new(Bastions)
	}
	if c.Room == nil {
		c.Room = new(Room)
	}
	if c.Jump != nil {
		hop := *c.Jump
		setDefault(&hop.Limiter, c.Limiter)
		setDefault(&hop.Keyring, c.Keyring)
		setDefault(&hop.Bastions, c.Bastions)
		setDefault(&hop.Known, c.Known)
		hop, err := hop.withDefaults()
		if err != nil {
			return c, fmt.Errorf("host %s: by way of %w", c.Host, err)
		}
		c.Jump = &hop
	}
	if c.Sleep == nil {
		c.Sleep = Sleep
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	return c, nil
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// endpoint is the address with its port, as dialed.
func (c Config) endpoint() string { return net.JoinHostPort(c.Address, strconv.Itoa(c.Port)) }

// asRoot reports whether the shell needs sudo.
func (c Config) asRoot() bool { return c.Sudo && c.User != "root" }

// asks reports whether sudo may ask for a password.
func (c Config) asks() bool { return c.asRoot() && c.SudoPassword != nil }
