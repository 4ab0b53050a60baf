package connect

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"odooctl/inventory"
	"odooctl/remote"
	"odooctl/remote/sshconfig"
)

// Network is the way to the hosts of one run. It has what they share: connections to jump
// hosts, keys that were read, the bound on handshakes. For how to reach a host, the
// inventory comes first, then ssh_config, then Login.
type Network struct {
	inv      *inventory.Inventory
	desk     Login
	files    *sshconfig.Config
	limiter  remote.Limiter
	bastions remote.Bastions
	keyring  remote.Keyring
	known    remote.KnownHosts
	room     remote.Room

	mu     sync.Mutex
	warned map[string]bool
	met    map[string]bool // hosts that this run has connected to
}

// handshakes is how many logins one sshd gets at once: from ten on it drops some
// (MaxStartups 10:30:100, sshd_config(5)).
const handshakes = 8

// New reads the files of ssh_config. It does not connect to anything.
func New(inv *inventory.Inventory, l Login) (*Network, error) {
	machine := sshconfig.Machine{Home: l.Home, User: l.User, Env: l.Env, UID: os.Getuid(), Run: remote.Succeeds}
	machine.Hostname, _ = os.Hostname()
	files, err := sshconfig.Load(machine, l.Config...)
	if err != nil {
		return nil, err
	}
	n := &Network{inv: inv, desk: l, files: files, warned: make(map[string]bool), met: make(map[string]bool)}
	n.limiter.PerEndpoint = handshakes
	n.keyring.Passphrase, n.keyring.Warn, n.known.Warn = l.Passphrase, l.Warn, l.Warn
	return n, nil
}

// config is how to reach a host of the inventory.
func (n *Network) config(ctx context.Context, h *inventory.Host) (remote.Config, error) {
	return n.host(ctx, h, nil)
}

// host is config for a host that is asked for on the way to others.
func (n *Network) host(ctx context.Context, h *inventory.Host, behind []string) (remote.Config, error) {
	target := sshconfig.Target{Name: h.Name, User: h.SSH.User}
	if h.Address != h.Name {
		target.Address = h.Address
	}
	said := n.ask(ctx, target)
	c := n.merged(h.SSH, said)
	c.Host, c.Address = h.Name, cmp.Or(said.HostName, h.Address)
	c.HostKey, c.Password = h.SSH.HostKey, n.desk.Password
	c.Sudo, c.SudoPassword = h.Sudo, n.desk.SudoPassword
	jump := h.SSH.Jump
	if n.inv.Where(&h.SSH.Jump).IsZero() {
		jump = said.Jump()
		if jump == "" {
			c.ProxyCommand = said.ProxyCommand
		}
	}
	if n.inv.Where(&h.SSH.Jump).IsZero() && (h.SSH.Port == 0 || h.SSH.Port == cmp.Or(said.Port, 22)) {
		c.Masters = masters(h.SSH, said)
	}
	var err error
	c.Jump, err = n.by(ctx, jump, h.Name, h.SSH, behind)
	return c, err
}

// masters are the sockets of the connection that OpenSSH has to a host; none where the
// inventory wants none, or the host's key checked by what it says itself, and where ssh takes
// keys that it does not know: ours does not.
func masters(s inventory.SSH, said sshconfig.Settings) []string {
	strict := slices.Contains([]string{"", "yes", "true", "ask"}, said.StrictHostKeys)
	if s.Multiplex == inventory.MultiplexOff || s.HostKey != "" || s.KnownHosts != nil || !strict {
		return nil
	}
	return said.ControlPaths
}

// ask returns what ssh_config says about a host, and warns once of each line that is not
// followed.
func (n *Network) ask(ctx context.Context, t sshconfig.Target) sshconfig.Settings {
	said := n.files.Host(ctx, t)
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, w := range append(said.Warnings, unsupported(said)...) {
		if n.desk.Warn != nil && !n.warned[w.Pos] {
			n.warned[w.Pos] = true
			n.desk.Warn(fmt.Sprintf("%s: host %s: %s", w.Pos, t.Name, w.Text))
		}
	}
	return said
}

// unsupported finds the lists of ssh_config of which odooctl's client knows nothing.
func unsupported(said sshconfig.Settings) (warnings []sshconfig.Warning) {
	for _, keyword := range remote.Algorithms(said.Algorithms).Unsupported() {
		warnings = append(warnings, sshconfig.Warning{Pos: "ssh_config: " + keyword,
			Text: "odooctl's client knows none of these, so its own are offered"})
	}
	if len(said.Methods) > 0 && !slices.ContainsFunc(said.Methods, remote.KnowsMethod) {
		warnings = append(warnings, sshconfig.Warning{Pos: "ssh_config: PreferredAuthentications",
			Text: "odooctl's client knows none of these; ssh.transport openssh does"})
	}
	return warnings
}

// merged merges the inventory, ssh_config and this machine's login, in this order of
// precedence.
func (n *Network) merged(s inventory.SSH, said sshconfig.Settings) remote.Config {
	c := remote.Config{
		User: cmp.Or(s.User, said.User, n.desk.User), Port: s.Port,
		IdentityFiles: s.IdentityFile, DefaultIdentityFiles: n.desk.Identities, AgentSocket: n.desk.Agent,
		KnownHosts: s.KnownHosts, HostKeyAlias: said.HostKeyAlias,
		NoKeys: said.NoKeys, Methods: said.Methods, Algorithms: remote.Algorithms(said.Algorithms),
		ConnectTimeout: s.ConnectTimeout, Keepalive: said.AliveInterval, KeepaliveCount: said.AliveCountMax,
		Limiter: &n.limiter, Bastions: &n.bastions, Keyring: &n.keyring, Known: &n.known, Room: &n.room,
	}
	switch said.IdentityAgent {
	case "":
	case "none":
		c.AgentSocket = ""
	default:
		c.AgentSocket = said.IdentityAgent
	}
	if c.Port == 0 {
		c.Port = said.Port
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = said.ConnectTimeout
	}
	switch {
	case len(c.IdentityFiles) > 0:
	case said.IdentityFiles != nil:
		c.DefaultIdentityFiles = nil // also where ssh_config says none
		c.IdentityFiles, c.OtherKeys = said.IdentityFiles, !said.IdentitiesOnly
	case said.IdentitiesOnly:
		c.IdentityFiles = n.desk.Identities
	}
	if c.KnownHosts == nil && said.KnownHosts != nil {
		c.KnownHosts, c.KnownHostsFrom = said.KnownHosts, said.KnownHostsAt+": UserKnownHostsFile"
	}
	if c.KnownHosts == nil {
		c.KnownHosts = n.desk.KnownHosts
	}
	c.GlobalKnownHosts = n.desk.GlobalKnownHosts
	if said.GlobalKnownHosts != nil {
		c.GlobalKnownHosts = said.GlobalKnownHosts
	}
	return c
}

// by returns the last of the hops that lead to a host; nil: there are none. The first is
// reached by its own settings, each other one by way of the one before it.
func (n *Network) by(ctx context.Context, jump, name string, s inventory.SSH, behind []string) (*remote.Config, error) {
	hops, err := sshconfig.ParseJump(jump)
	if err != nil {
		return nil, fmt.Errorf("host %s: %w", name, err)
	}
	// A default for all hosts is also the default of its own hops: each is reached by way
	// of those before it.
	if i := slices.IndexFunc(hops, func(h sshconfig.Hop) bool { return h.Name == name }); i >= 0 {
		hops = hops[:i]
	}
	var last *remote.Config
	for i, hop := range hops {
		way := append(slices.Clone(behind), name)
		if slices.Contains(way, hop.Name) {
			return nil, fmt.Errorf("host %s: the way to it leads through itself: %s, %s", name, strings.Join(way, ", "),
				hop.Name)
		}
		c, err := n.hop(ctx, hop, i == 0, s, way)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			c.Jump, c.ProxyCommand = last, ""
		}
		last = &c
	}
	return last, nil
}

// hop is how to reach a jump host. A host of the inventory has its own settings; any other
// has those of ssh_config, and the known_hosts and keys of the host behind it.
func (n *Network) hop(ctx context.Context, hop sshconfig.Hop, ownWay bool, s inventory.SSH,
	behind []string) (c remote.Config, err error) {
	if h := n.inv.Host(hop.Name); h != nil {
		c, err = n.host(ctx, h, behind)
	} else {
		said := n.ask(ctx, sshconfig.Target{Name: hop.Name, User: hop.User})
		known := inventory.SSH{KnownHosts: s.KnownHosts, Multiplex: s.Multiplex}
		if len(said.IdentityFiles) == 0 {
			known.IdentityFile = s.IdentityFile
		}
		c = n.merged(known, said)
		c.Host, c.Address, c.Masters = hop.Name, cmp.Or(said.HostName, hop.Name), masters(known, said)
		if ownWay {
			if said.Jump() == "" {
				c.ProxyCommand = said.ProxyCommand
			}
			c.Jump, err = n.by(ctx, said.Jump(), hop.Name, s, behind)
		}
	}
	if (hop.User != "" && hop.User != c.User) || (hop.Port != 0 && hop.Port != cmp.Or(c.Port, 22)) {
		c.Masters = nil
	}
	c.User = cmp.Or(hop.User, c.User)
	if hop.Port != 0 {
		c.Port = hop.Port
	}
	return c, err
}
