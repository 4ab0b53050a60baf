package remote

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys decides whether the key that a host shows is its own.
type hostKeys struct {
	config     Config
	db         *knownhosts.HostKeyDB
	algorithms []string // what to ask the host for, in order
	shown      ssh.PublicKey
	refused    *Error
	mispinned  *Error // the first refusal because of a pin
}

// unknownOrder is asked for when nothing is known of the host: the type that
// people pin first.
var unknownOrder = []string{
	ssh.KeyAlgoED25519,
	ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

// hostKeys reads the known_hosts files of c.
func (c Config) hostKeys() (*hostKeys, error) {
	k := &hostKeys{config: c, algorithms: unknownOrder}
	if c.HostKey != "" {
		return k, nil
	}
	files := slices.DeleteFunc(slices.Clone(c.KnownHosts), func(file string) bool {
		_, err := os.Stat(file)
		return errors.Is(err, os.ErrNotExist)
	})
	db, err := knownhosts.NewDB(files...)
	if err != nil {
		return nil, &Error{Host: c.Host, Kind: HostKeyUnknown, Tried: "read known_hosts", Got: err.Error(),
			Hint: "correct that file", Err: err}
	}
	k.db = db
	// A host known by its ed25519 key alone must be asked for that one: by
	// default it would show another type, which then looks like a changed key.
	if known := db.HostKeyAlgorithms(c.endpoint()); len(known) > 0 {
		k.algorithms = known
	}
	return k, nil
}

// check is the ssh.HostKeyCallback. What it refuses it keeps in k.refused.
func (k *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	k.shown, k.refused = key, nil
	if k.config.HostKey != "" {
		if ssh.FingerprintSHA256(key) != k.config.HostKey {
			k.refused = k.changed(describe(key), "the inventory pins "+k.config.HostKey, nil)
			setDefault(&k.mispinned, k.refused)
		}
	} else if err := k.db.HostKeyCallback()(k.config.endpoint(), new(net.TCPAddr), key); err != nil {
		k.refused = k.refusal(key, err)
	}
	if k.refused != nil {
		return k.refused
	}
	return nil
}

// nextType drops the type of key that the host has shown and that is not the
// pinned one, and tells whether another type is left to ask for: a pin does not
// say which of the host's keys it is.
func (k *hostKeys) nextType() bool {
	if k.config.HostKey == "" || k.refused == nil {
		return false
	}
	family := []string{k.shown.Type()}
	if family[0] == ssh.KeyAlgoRSA {
		family = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	k.algorithms = slices.DeleteFunc(slices.Clone(k.algorithms), func(a string) bool { return slices.Contains(family, a) })
	return len(k.algorithms) > 0
}

func (k *hostKeys) refusal(key ssh.PublicKey, err error) *Error {
	var mismatch *xknownhosts.KeyError
	if !errors.As(err, &mismatch) {
		return k.changed(describe(key), err.Error(), err)
	}
	if len(mismatch.Want) == 0 {
		return &Error{Host: k.config.Host, Kind: HostKeyUnknown, Tried: "check the host key of " + k.config.endpoint(),
			Got:  "its key " + describe(key) + " is not known",
			Hint: "compare it with the host's console (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then run: odooctl trust " + k.config.Host,
			Err:  err}
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
	return &Error{Host: k.config.Host, Kind: HostKeyChanged, Tried: "check the host key of " + k.config.endpoint(),
		Got: fmt.Sprintf("the host shows %s, but %s", shown, known),
		Hint: "was the host installed anew? Then remove the old key and run: odooctl trust " + k.config.Host +
			". If not, somebody may be listening in: do not connect",
		Err: err}
}

// absent is the error for a host that has no key of a type asked for.
func (k *hostKeys) absent(err error) *Error {
	if k.mispinned != nil {
		return k.mispinned
	}
	return k.changed("other types of key", fmt.Sprintf("only these are known: %v", k.algorithms), err)
}

func describe(key ssh.PublicKey) string { return key.Type() + " " + ssh.FingerprintSHA256(key) }
