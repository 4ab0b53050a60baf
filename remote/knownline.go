package remote

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote/sshconfig"
)

// The markers of known_hosts lines (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
const (
	markAuthority = "@cert-authority"
	markRevoked   = "@revoked"
)

// knownLine is a line of a known_hosts file.
type knownLine struct {
	xknownhosts.KnownKey
	marker string // "": the host's own key
	names  string // patterns in lower case, or one |1|SALT|HASH
}

// parseKnown parses a line; one without a key is blank or a comment. What OpenSSH takes
// for a bad line (hostfile.c, hostkeys_foreach) is an error.
func parseKnown(text string) (l knownLine, err error) {
	if text == "" || text[0] == '#' {
		return l, nil
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' })
	if fields[0][0] == '@' {
		if l.marker = fields[0]; l.marker != markAuthority && l.marker != markRevoked {
			return l, fmt.Errorf("the marker %s is unknown", l.marker)
		}
		fields = fields[1:]
	}
	switch {
	case len(fields) > 0 && fields[0][0] == '@':
		return l, errors.New("only one marker may stand before the names")
	case len(fields) < 3:
		return l, errors.New("names, a type and a key should stand here")
	}
	if l.names = fields[0]; l.names[0] != '|' {
		l.names = strings.ToLower(l.names)
	}
	blob, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return l, fmt.Errorf("the key of %s is not whole base64", fields[0])
	}
	key, err := ssh.ParsePublicKey(blob)
	if err != nil {
		return l, fmt.Errorf("the key of %s cannot be read", fields[0])
	}
	if key.Type() != fields[1] {
		return l, fmt.Errorf("the key of %s is of type %s, not %s", fields[0], key.Type(), fields[1])
	}
	l.Key = key
	return l, nil
}

// about reports whether the line is about a name.
func (l knownLine) about(name string) bool {
	if l.names[0] == '|' {
		return hashes(l.names, name)
	}
	return sshconfig.MatchList(l.names, name)
}

func (l knownLine) has(key ssh.PublicKey) bool { return bytes.Equal(l.Key.Marshal(), key.Marshal()) }

// knownNames are the names under which known_hosts has a host, in lower case.
type knownNames struct {
	own  string // HOST, or [HOST]:PORT if the port is not 22
	bare string // HOST, if own has a port
}

// known returns the names to look up. As in OpenSSH, an alias has no port.
func (c Config) known() knownNames {
	if c.HostKeyAlias != "" {
		return knownNames{own: strings.ToLower(c.HostKeyAlias)}
	}
	host := strings.ToLower(c.Address)
	if c.Port == 22 {
		return knownNames{own: host}
	}
	return knownNames{own: fmt.Sprintf("[%s]:%d", host, c.Port), bare: host}
}

// hostLines are the lines about one host. A bare line accepts its key on any port, as in
// OpenSSH, but another key there is only an unknown one: it may be of another sshd.
type hostLines struct {
	names     knownNames
	own, bare []knownLine
}

// marked returns the lines with a marker.
func marked(lines []knownLine, marker string) []knownLine {
	return slices.DeleteFunc(slices.Clone(lines), func(l knownLine) bool { return l.marker != marker })
}

// algorithms are the host key algorithms to request, in order: those of known keys, so
// that a host does not show another one, which would look like a changed key. all: others
// may follow.
func (h hostLines) algorithms() (known []string, all bool) {
	if len(marked(slices.Concat(h.own, h.bare), markAuthority)) > 0 {
		known = append(known, ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01,
			ssh.CertAlgoECDSA521v01, ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01)
	}
	plain := marked(h.own, "")
	if all = len(plain) == 0; all {
		plain = marked(h.bare, "")
	}
	for _, l := range plain {
		known = append(known, family(l.Key)...)
	}
	return distinctText(known), all
}

// check returns nil for a known key, else an xknownhosts.RevokedError or KeyError. As in
// OpenSSH, an invalid certificate counts as the key in it.
func (h hostLines) check(key ssh.PublicKey) error {
	lines := slices.Concat(h.own, h.bare)
	shown := []ssh.PublicKey{key}
	cert, certified := key.(*ssh.Certificate)
	if certified {
		shown = []ssh.PublicKey{cert.Key, cert.SignatureKey}
	}
	for _, l := range marked(lines, markRevoked) {
		if slices.ContainsFunc(shown, l.has) {
			return &xknownhosts.RevokedError{Revoked: l.KnownKey}
		}
	}
	if certified {
		name := h.names.bare
		if name == "" {
			name = h.names.own
		}
		checker := ssh.CertChecker{IsHostAuthority: func(authority ssh.PublicKey, _ string) bool {
			return slices.ContainsFunc(marked(lines, markAuthority), func(l knownLine) bool { return l.has(authority) })
		}}
		if checker.CheckHostKey(net.JoinHostPort(name, "22"), nil, key) == nil {
			return nil
		}
		key = cert.Key
	}
	unlike := new(xknownhosts.KeyError)
	sameType := false
	for _, l := range marked(h.own, "") {
		if l.has(key) {
			return nil
		}
		sameType = sameType || l.Key.Type() == key.Type()
		unlike.Want = append(unlike.Want, l.KnownKey)
	}
	if !sameType && slices.ContainsFunc(marked(h.bare, ""), func(l knownLine) bool { return l.has(key) }) {
		return nil
	}
	return unlike
}

// distinctText keeps the first of each.
func distinctText(list []string) (kept []string) {
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}
