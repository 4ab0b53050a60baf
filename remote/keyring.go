package remote

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"golang.org/x/crypto/ssh"
)

// Keyring caches the operator's keys for a run: each file is read once, each passphrase
// asked for once, and a key that worked for a user on one host is offered first on the
// next. Share one among all Dials of a run. The zero value is ready.
type Keyring struct {
	// Passphrase returns the passphrase of an encrypted key file that the agent does
	// not hold; nil: it cannot be asked for. It is called before a connection is made,
	// and never for two files at once.
	Passphrase func(ctx context.Context, file string) (string, error)

	// Warn is told once of each identity file that is passed over; nil: no warnings.
	Warn func(text string)

	asking sync.Mutex
	mu     sync.Mutex
	files  map[string]*keyFile
	warned map[string]bool
	worked map[string][]string // user: keys that worked, the latest first
}

// keyFile is a private key file as it was read.
type keyFile struct {
	reading sync.Once
	text    []byte
	signer  ssh.Signer // nil: see err
	err     error

	opening sync.Once // decrypts, with the passphrase
	opened  ssh.Signer
	failed  error
}

func (k *Keyring) file(name string) *keyFile {
	k.mu.Lock()
	if k.files == nil {
		k.files = make(map[string]*keyFile)
	}
	f := k.files[name]
	if f == nil {
		f = new(keyFile)
		k.files[name] = f
	}
	k.mu.Unlock()
	f.reading.Do(func() {
		if f.text, f.err = os.ReadFile(name); f.err == nil {
			f.signer, f.err = ssh.ParsePrivateKey(f.text)
		}
	})
	return f
}

// warn tells why an identity file is passed over.
func (k *Keyring) warn(s skipped) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.Warn == nil || k.warned[s.file] {
		return
	}
	if k.warned == nil {
		k.warned = make(map[string]bool)
	}
	k.warned[s.file] = true
	k.Warn(fmt.Sprintf("identity file %s is passed over: %s; %s", s.file, s.reason(), keyHint(s.file, s.err)))
}

var errPassphrase = errors.New("the passphrase is wrong")

// open decrypts a key file, and asks for the passphrase the first time.
func (k *Keyring) open(ctx context.Context, name string, f *keyFile) (ssh.Signer, error) {
	if k.Passphrase == nil {
		return nil, errEncrypted
	}
	f.opening.Do(func() {
		k.asking.Lock()
		defer k.asking.Unlock()
		var passphrase string
		if passphrase, f.failed = k.Passphrase(ctx, name); f.failed != nil {
			return
		}
		f.opened, f.failed = ssh.ParsePrivateKeyWithPassphrase(f.text, []byte(passphrase))
		if errors.Is(f.failed, x509.IncorrectPasswordError) {
			f.failed = errPassphrase
		}
	})
	return f.opened, f.failed
}

// remember records the key that logged a user in.
func (k *Keyring) remember(user string, key ssh.PublicKey) {
	if key == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.worked == nil {
		k.worked = make(map[string][]string)
	}
	blob := string(key.Marshal())
	others := slices.DeleteFunc(k.worked[user], func(b string) bool { return b == blob })
	k.worked[user] = append([]string{blob}, others...)
}

// order moves the keys that have worked for this user to the front.
func (k *Keyring) order(user string, ids []identity) {
	k.mu.Lock()
	defer k.mu.Unlock()
	place := func(id identity) int {
		i := slices.Index(k.worked[user], string(id.signer.PublicKey().Marshal()))
		if i < 0 {
			return len(k.worked[user])
		}
		return i
	}
	slices.SortStableFunc(ids, func(a, b identity) int { return place(a) - place(b) })
}
