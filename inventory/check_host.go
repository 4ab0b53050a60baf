package inventory

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory/nearest"
)

// checkHost fills in and checks what the host itself says.
func (d *decoder) checkHost(e entry) {
	h := e.host
	d.absoluteEach(h.SSH.IdentityFile)
	d.absoluteEach(h.SSH.KnownHosts)
	d.checkSSHValues(&h.SSH)
	at := d.at(&h.Address)
	if !d.given(&h.Address) {
		h.Address = h.Name
	}
	if !d.ok(&h.Address) {
		return
	}
	if h.Address == TransportLocal && d.given(&h.Address) {
		h.local, h.Address = true, "127.0.0.1"
		return
	}
	addresses, err := d.addresses(h.Address)
	if err != nil && !strings.HasPrefix(h.Address, "[") {
		d.errs.add(at, "address %v", err)
		return
	}
	switch {
	case err != nil:
		addresses = []string{h.Address}
	case len(addresses) != e.count:
		d.errs.add(at, "%s names %d hosts, but its address %s names %d", e.key, e.count, h.Address, len(addresses))
		return
	}
	if err == nil {
		h.Address = addresses[e.index]
	}
	if err := checkAddress(h.Address); err != nil {
		d.errs.add(at, "address %v", err)
	} else if ip, err := netip.ParseAddr(h.Address); err == nil {
		h.Address = ip.String()
	}
}

// checkSSH makes paths absolute and checks settings, also those that no host may end up
// with, such as a group's.
func (d *decoder) checkSSH(s *SSH) {
	d.absoluteEach(s.IdentityFile)
	d.absoluteEach(s.KnownHosts)
	d.checkSSHValues(s)
}

var (
	fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`)
	publicKey   = regexp.MustCompile(`^(ssh|ecdsa|sk)-[a-z0-9@.-]+ AAAA[A-Za-z0-9+/]+={0,2}( .*)?$`)
)

func (d *decoder) checkSSHValues(s *SSH) {
	if d.ok(&s.User) && !unixUser.MatchString(s.User) {
		d.errs.add(d.at(&s.User), "ssh user %q is not a user's name", s.User)
	}
	if d.ok(&s.Port) {
		d.checkPort(&s.Port, "ssh port")
	}
	if d.ok(&s.Jump) && s.Jump != "" && s.Jump != "none" {
		for hop := range strings.SplitSeq(s.Jump, ",") {
			d.checkHop(hop, d.at(&s.Jump))
		}
	}
	if s.Jump == "none" {
		s.Jump = ""
	}
	if d.ok(&s.HostKey) && !fingerprint.MatchString(s.HostKey) && !publicKey.MatchString(s.HostKey) {
		d.errs.add(d.at(&s.HostKey), `host_key is neither "ssh-ed25519 AAAA..." nor "SHA256:..." (odooctl trust shows it)`)
	}
	if transports := []string{TransportNative, TransportOpenSSH, TransportLocal}; d.ok(&s.Transport) &&
		!slices.Contains(transports, s.Transport) {
		d.errs.add(d.at(&s.Transport), "transport %s: want %s, %s or %s%s", s.Transport,
			TransportNative, TransportOpenSSH, TransportLocal, nearest.Hint(s.Transport, transports))
	}
	if d.ok(&s.Multiplex) && s.Multiplex != MultiplexAuto && s.Multiplex != MultiplexOff {
		d.errs.add(d.at(&s.Multiplex), "multiplex %s: want %s or %s", s.Multiplex, MultiplexAuto, MultiplexOff)
	}
}

// checkHop checks one hop of ssh.jump: [user@]host[:port].
func (d *decoder) checkHop(hop string, at Pos) {
	user, rest, hasUser := strings.Cut(hop, "@")
	if !hasUser {
		user, rest = "", hop
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && (strings.HasSuffix(rest[:i], "]") ||
		strings.Count(rest, ":") == 1) {
		host, port = rest[:i], rest[i+1:]
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	n, err := strconv.Atoi(port)
	switch {
	case hasUser && !unixUser.MatchString(user):
		d.errs.add(at, "jump %q: %q is not a user's name", hop, user)
	case port != "" && (err != nil || n < 1 || n > 65535):
		d.errs.add(at, "jump %q: port %s is not between 1 and 65535", hop, port)
	case checkName(host) != nil && checkAddress(host) != nil:
		d.errs.add(at, "jump %q: want [user@]host[:port]", hop)
	}
}

// ok reports whether the file gives the value that out points to, and no error was found
// in it so far.
func (d *decoder) ok(out any) bool {
	written := d.where.has(out)
	return written && !d.bad[out]
}

func (d *decoder) checkPort(port *int, what string) {
	if d.ok(port) && (*port < 1 || *port > 65535) {
		d.errs.add(d.at(port), "%s %d is not between 1 and 65535", what, *port)
	}
}

// addresses expands a host's address. The hosts of one key have the same pattern, one after the other, so the last
// answer is kept.
func (d *decoder) addresses(pattern string) ([]string, error) {
	r := &d.addressRange
	if r.names == nil || r.pattern != pattern {
		r.pattern = pattern
		r.names, r.err = expand(pattern)
	}
	return r.names, r.err
}
