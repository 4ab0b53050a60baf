package remote

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// KeyState compares a host's key with what is known of the host.
type KeyState string

const (
	KeyNew     KeyState = "new"     // nothing is known of the host
	KeyKnown   KeyState = "known"   // known, pinned, or signed by a known authority
	KeyChanged KeyState = "changed" // a different key is known
	KeyRevoked KeyState = "revoked" // marked @revoked in known_hosts
)

// HostKey is the key that a host showed, or why it showed none.
type HostKey struct {
	Host        string   // as in Config
	Address     string   // ADDRESS:PORT
	Type        string   // ssh-ed25519
	Fingerprint string   // SHA256:...
	State       KeyState // "" if Err is set
	Known       string   // what is known instead of a changed or revoked key
	Err         error    // an *Error

	config Config
	key    ssh.PublicKey
}

// Scanner fetches the keys of hosts without logging in to them, once per endpoint: sshd
// penalizes sources that connect without a login (PerSourcePenalties). It logs in to
// jump hosts, on the key that they show, unless another one is known or that one is
// revoked. The zero value is ready.
type Scanner struct {
	mu    sync.Mutex
	once  map[string]func() HostKey
	leave []func()
}

// Scan returns the key of the host that c describes. It is safe for concurrent use.
func (s *Scanner) Scan(ctx context.Context, c Config) HostKey {
	s.mu.Lock()
	if s.once == nil {
		s.once = make(map[string]func() HostKey)
	}
	place := strings.Join(append([]string{c.way(), c.endpoint(), c.known().own, c.HostKey}, c.KnownHosts...), "\n")
	if s.once[place] == nil {
		s.once[place] = sync.OnceValue(func() HostKey { return s.scan(ctx, c) })
	}
	scan := s.once[place]
	s.mu.Unlock()
	k := scan()
	k.Host, k.config.Host = c.Host, c.Host
	return k
}

// Close ends the connections to jump hosts.
func (s *Scanner) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, leave := range s.leave {
		leave()
	}
	s.leave = nil
}

func (s *Scanner) scan(ctx context.Context, c Config) HostKey {
	c, err := c.withDefaults()
	found := HostKey{Host: c.Host, Address: c.endpoint(), Err: err, config: c}
	if err != nil {
		return found
	}
	if found.Err = s.approach(ctx, &c); found.Err != nil {
		return found
	}
	keys, err := c.hostKeys()
	if err != nil {
		found.Err = err
		return found
	}
	found.key, found.Err = c.show(ctx, keys)
	if found.Err == nil {
		found.judge(keys)
	}
	return found
}

// approach connects to the jump host of c, if it has one.
func (s *Scanner) approach(ctx context.Context, c *Config) error {
	if c.Jump == nil {
		if c.ProxyCommand != "" {
			c.Dial = c.dialProxy
		}
		return nil
	}
	if err := s.pin(ctx, c.Jump); err != nil {
		return c.blocked(ctx, err)
	}
	bastion, leave, err := c.Bastions.through(ctx, *c)
	if err != nil {
		return c.blocked(ctx, err)
	}
	s.mu.Lock()
	s.leave = append(s.leave, leave)
	s.mu.Unlock()
	c.Dial = bastion.DialContext
	return nil
}

// pin accepts the shown keys of a jump host of which nothing is known, and of those
// before it.
func (s *Scanner) pin(ctx context.Context, hop *Config) error {
	shown := s.Scan(ctx, *hop)
	if shown.Err != nil {
		return shown.Err
	}
	if shown.State == KeyNew {
		hop.HostKey = string(ssh.MarshalAuthorizedKey(shown.key))
	}
	if hop.Jump != nil {
		return s.pin(ctx, hop.Jump)
	}
	return nil
}

// show connects until the host shows an acceptable key, or the last type of key that it
// has.
func (c Config) show(ctx context.Context, keys *hostKeys) (shown ssh.PublicKey, err error) {
	left := slices.Concat(keys.algorithms, slices.DeleteFunc(slices.Clone(unknownOrder), func(a string) bool {
		return slices.Contains(keys.algorithms, a)
	}))
	ask := keys.algorithms
	for len(left) > 0 {
		probe := &hostKeys{config: c, scans: true, algorithms: ask}
		_, err = c.try(ctx, probe, func() {})
		var absent *ssh.AlgorithmNegotiationError
		switch {
		case probe.shown != nil && errors.Is(err, errScanned):
			if keys.check("", nil, probe.shown) == nil {
				return probe.shown, nil
			}
			if shown == nil {
				shown = probe.shown
			}
			if keys.pin.text == "" {
				return shown, nil
			}
			ask = family(probe.shown)
		case !errors.As(err, &absent):
			return nil, err
		}
		left = slices.DeleteFunc(left, func(a string) bool { return slices.Contains(ask, a) })
		ask = left
	}
	if shown != nil {
		return shown, nil
	}
	return nil, err
}

// errScanned ends a handshake once the host has shown its key.
var errScanned = errors.New("only the host key is wanted")

// judge fills in what is known of the key.
func (k *HostKey) judge(keys *hostKeys) {
	plain := k.key
	if cert, ok := plain.(*ssh.Certificate); ok {
		plain = cert.Key
	}
	k.Type, k.Fingerprint = plain.Type(), ssh.FingerprintSHA256(plain)
	refused := keys.check("", nil, k.key)
	var revoked *xknownhosts.RevokedError
	switch {
	case refused == nil:
		k.State = KeyKnown
	case KindOf(refused) == HostKeyUnknown:
		k.State = KeyNew
	case errors.As(refused, &revoked):
		k.State, k.Known = KeyRevoked, keys.known
	default:
		k.State, k.Known = KeyChanged, keys.known
	}
	k.key = plain
}
