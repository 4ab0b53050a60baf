package remote

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys verifies the key that a host shows.
type hostKeys struct {
	config     Config
	pin        pin
	lines      hostLines
	algorithms []string // host key algorithms to request, in order
	shown      ssh.PublicKey
	refused    *Error
	mispinned  *Error // the first refusal because of a pin
	known      string // what the host's last unexpected key should have been
	scans      bool   // the key is recorded, not verified
}

// unknownOrder is requested if nothing is known of the host: first the type that people
// usually pin.
var unknownOrder = []string{
	ssh.KeyAlgoED25519,
	ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

// pin is the one key that the inventory allows: the key itself or its fingerprint.
type pin struct {
	text string // SHA256:...; "": no pin
	key  ssh.PublicKey
}

func (p pin) matches(key ssh.PublicKey) bool {
	if p.key != nil {
		return bytes.Equal(p.key.Marshal(), key.Marshal())
	}
	return ssh.FingerprintSHA256(key) == p.text
}

// pin parses HostKey.
func (c Config) pin() (pin, error) {
	if c.HostKey == "" || strings.HasPrefix(c.HostKey, "SHA256:") {
		return pin{text: c.HostKey}, nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(c.HostKey))
	if err != nil {
		return pin{}, fmt.Errorf("host %s: read host key %q: want SHA256:... as printed by ssh-keygen -l, or ssh-ed25519 "+
			"AAAA...", c.Host, c.HostKey)
	}
	return pin{ssh.FingerprintSHA256(key), key}, nil
}

// hostKeys reads the known_hosts files of c.
func (c Config) hostKeys() (*hostKeys, error) {
	k := &hostKeys{config: c, algorithms: unknownOrder}
	var err error
	if k.pin, err = c.pin(); err != nil {
		return nil, err
	}
	if k.pin.key != nil {
		k.algorithms = family(k.pin.key)
	}
	k.algorithms = c.allowed(k.algorithms)
	if k.pin.text != "" {
		return k, nil
	}
	if k.lines, err = c.Known.of(slices.Concat(c.KnownHosts, c.GlobalKnownHosts), c.known()); err != nil {
		return nil, &Error{Host: c.Host, Kind: HostKeyUnknown, Tried: "read known_hosts", Got: err.Error(),
			Hint: "correct that file", Err: err}
	}
	known, all := k.lines.algorithms()
	if all {
		known = distinctText(slices.Concat(known, unknownOrder))
	}
	k.algorithms = c.allowed(known)
	return k, nil
}

// check is the ssh.HostKeyCallback. Refusals are kept in k.refused.
func (k *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	k.shown, k.refused = key, nil
	if k.scans {
		k.refused = &Error{Host: k.config.Host, Kind: HostKeyUnknown,
			Tried: "look at the host key of " + k.config.shownAs(), Err: errScanned}
		return k.refused
	}
	if k.pin.text != "" {
		if !k.pin.matches(key) {
			k.refused = k.changed(describe(key), "the inventory pins "+k.pin.text, nil)
			setDefault(&k.mispinned, k.refused)
		}
	} else if err := k.lines.check(key); err != nil {
		k.refused = k.refusal(key, err)
	}
	if k.refused != nil {
		return k.refused
	}
	return nil
}

// nextType drops the type of the key that was shown and is not the pinned one, and
// reports whether another type is left to request: a fingerprint does not tell the type
// of its key.
func (k *hostKeys) nextType() bool {
	if k.pin.text == "" || k.refused == nil {
		return false
	}
	shown := family(k.shown)
	k.algorithms = slices.DeleteFunc(slices.Clone(k.algorithms),
		func(a string) bool { return slices.Contains(shown, a) })
	return len(k.algorithms) > 0
}

// family is the algorithms to request so that a host shows this key.
func family(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}

func (k *hostKeys) refusal(key ssh.PublicKey, err error) *Error {
	var mismatch *xknownhosts.KeyError
	var revoked *xknownhosts.RevokedError
	switch {
	case errors.As(err, &revoked):
		return k.changed(describe(key), fmt.Sprintf("%s:%d says that this key is revoked",
			revoked.Revoked.Filename, revoked.Revoked.Line), err)
	case !errors.As(err, &mismatch):
		return k.changed(describe(key), err.Error(), err)
	case len(mismatch.Want) == 0 && k.config.forgets() != "":
		return &Error{Host: k.config.Host, Kind: HostKeyUnknown, Tried: "check the host key of " + k.config.shownAs(),
			Got: "its key " + describe(key) + " is not known", Hint: k.config.forgets() +
				", then run: odooctl trust INVENTORY", Err: err}
	case len(mismatch.Want) == 0:
		return &Error{Host: k.config.Host, Kind: HostKeyUnknown, Tried: "check the host key of " + k.config.shownAs(),
			Got: "its key " + describe(key) + " is not known",
			Hint: "run: odooctl trust INVENTORY, and compare the key with the host's console (ssh-keygen -lf " +
				"/etc/ssh/ssh_host_*_key.pub)", Err: err}
	}
	old := mismatch.Want[0]
	for _, w := range mismatch.Want {
		if w.Key.Type() == key.Type() {
			old = w
		}
	}
	return k.changed(describe(key), fmt.Sprintf("%s:%d says %s", old.Filename, old.Line, describe(old.Key)), err)
}

func (k *hostKeys) changed(shown, known string, err error) *Error {
	k.known = known
	return &Error{Host: k.config.Host, Kind: HostKeyChanged, Tried: "check the host key of " + k.config.shownAs(),
		Got: fmt.Sprintf("the host shows %s, but %s", shown, known),
		Hint: "was the host installed again? Then run: odooctl trust INVENTORY --replace " + k.config.Host +
			". If not, somebody may be listening in: do not connect",
		Err: err}
}

// shownAs is the endpoint, and the name that its key is looked up by if that differs.
func (c Config) shownAs() string {
	if c.HostKeyAlias != "" {
		return c.endpoint() + " (HostKeyAlias " + c.HostKeyAlias + ")"
	}
	return c.endpoint()
}

// absent is the error for a host that has no key of a requested type.
func (k *hostKeys) absent(err *ssh.AlgorithmNegotiationError) *Error {
	asked := slices.Concat(unknownOrder, k.algorithms)
	readable := slices.ContainsFunc(err.RequestedAlgorithms, func(a string) bool { return slices.Contains(asked, a) })
	switch {
	case !readable && k.mispinned == nil:
		return k.config.disagreed(err)
	case k.mispinned != nil:
		return k.mispinned
	case k.pin.text != "":
		return k.changed("other types of key", "the inventory pins "+k.pin.text, err)
	case len(marked(k.lines.own, "")) == 0:
		return k.config.disagreed(err)
	}
	return k.changed("other types of key", fmt.Sprintf("only these are known: %v", k.algorithms), err)
}

// describe names a key as ssh-keygen -l does, by type and fingerprint.
func describe(key ssh.PublicKey) string {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	return key.Type() + " " + ssh.FingerprintSHA256(key)
}
