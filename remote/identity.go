package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// identity is a key to log in with and its name for messages.
type identity struct {
	signer ssh.Signer
	name   string
}

func (i identity) String() string { return i.name + " (" + describe(i.signer.PublicKey()) + ")" }

// skipped is an identity file that gives no key to offer, and why.
type skipped struct {
	file string
	err  error
}

func (s skipped) String() string { return s.file + ": " + s.reason() }

func (s skipped) reason() string {
	var path *fs.PathError
	if errors.As(s.err, &path) {
		return path.Err.Error()
	}
	return s.err.Error()
}

// offers collects the keys to offer to the host, most likely first: all of them, for the
// host ends a login that takes too many. As in OpenSSH, a file that gives no key does not
// keep the next one from being tried. The agent may be nil.
func (c Config) offers(ctx context.Context, a *sshAgent) (*offers, error) {
	o := new(offers)
	add := func(file string, ask bool) {
		found, err := c.readIdentity(ctx, file, a, ask)
		o.ids = append(o.ids, found...)
		if err != nil {
			o.skipped = append(o.skipped, skipped{file, err})
		}
	}
	for _, file := range c.IdentityFiles {
		add(file, true)
	}
	if len(c.IdentityFiles) == 0 || c.OtherKeys {
		o.ids = append(o.ids, a.identities()...)
	}
	if len(c.IdentityFiles) == 0 {
		for _, file := range c.DefaultIdentityFiles {
			add(file, len(o.ids) == 0)
		}
	}
	o.ids = distinct(o.ids)
	if len(o.ids) == 0 && c.Password == nil {
		return nil, c.keyless(o.skipped, a)
	}
	for _, s := range o.skipped {
		if len(o.ids) > 0 && len(c.IdentityFiles) > 0 && !(c.OtherKeys && errors.Is(s.err, os.ErrNotExist)) {
			c.Keyring.warn(s)
		}
	}
	c.Keyring.order(c.User, o.ids)
	return o, nil
}

// keyless is the error for a login without a key to offer.
func (c Config) keyless(files []skipped, a *sshAgent) *Error {
	e := &Error{Host: c.Host, Kind: Auth, Tried: "find a key to log in with as " + c.User,
		Got: a.state(), Hint: "set identity_file, or start an agent and run: ssh-add", Err: a.err()}
	switch len(files) {
	case 0:
		return e
	case 1:
		e.Tried, e.Got = "read identity file "+files[0].file, files[0].reason()
	default:
		e.Tried, e.Got = "read the identity files", listed(files)
	}
	e.Hint, e.Err = keyHint(files[0].file, files[0].err), files[0].err
	return e
}

func listed(files []skipped) string {
	texts := make([]string, len(files))
	for i, s := range files {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

// distinct keeps the first of each key.
func distinct(ids []identity) []identity {
	seen := map[string]bool{}
	return slices.DeleteFunc(ids, func(id identity) bool {
		blob := string(id.signer.PublicKey().Marshal())
		defer func() { seen[blob] = true }()
		return seen[blob]
	})
}

var (
	errEncrypted = errors.New("the key is encrypted and the agent does not hold it")
	errNotHeld   = errors.New("this is a public key and the agent does not hold its private half")
	errPuTTY     = errors.New("this is a key in PuTTY's format")
)

// readIdentity reads a private key, or finds in the agent one that the file cannot
// provide: it is encrypted, on a hardware token, or only the public key. It asks for a
// passphrase only if ask is set. A certificate beside the key comes first.
func (c Config) readIdentity(ctx context.Context, file string, a *sshAgent, ask bool) ([]identity, error) {
	f := c.Keyring.file(file)
	signer := f.signer
	if signer == nil {
		public, reason := publicHalf(file, f.text, f.err)
		if public != nil {
			signer = a.holding(public)
		}
		if signer == nil && ask && errors.Is(reason, errEncrypted) {
			signer, reason = c.Keyring.open(ctx, file, f)
		}
		if signer == nil {
			return nil, reason
		}
	}
	ids := []identity{{signer, file}}
	if certified, name := certificate(file, signer); certified != nil {
		ids = []identity{{certified, name}, ids[0]}
	}
	return ids, nil
}

// certificate reads the OpenSSH certificate beside a key, id-cert.pub beside id. A
// certificate of another key is ignored.
func certificate(file string, signer ssh.Signer) (ssh.Signer, string) {
	name := strings.TrimSuffix(file, ".pub") + "-cert.pub"
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, ""
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	cert, ok := key.(*ssh.Certificate)
	if err != nil || !ok {
		return nil, ""
	}
	certified, err := ssh.NewCertSigner(cert, signer)
	if err != nil {
		return nil, ""
	}
	return certified, name
}

// publicHalf finds the public key for a file that is not a plain private key, and the
// error to return if the agent does not have it.
func publicHalf(file string, text []byte, err error) (ssh.PublicKey, error) {
	if key, _, _, _, parseErr := ssh.ParseAuthorizedKey(text); parseErr == nil {
		return key, errNotHeld
	}
	if bytes.HasPrefix(text, []byte("PuTTY-User-Key-File-")) {
		err = errPuTTY
	}
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		if locked.PublicKey != nil {
			return locked.PublicKey, errEncrypted
		}
		err = errEncrypted
	}
	if text, readErr := os.ReadFile(file + ".pub"); readErr == nil {
		if key, _, _, _, parseErr := ssh.ParseAuthorizedKey(text); parseErr == nil {
			return key, err
		}
	}
	return nil, err
}

func keyHint(file string, err error) string {
	switch {
	case errors.Is(err, errEncrypted):
		return "run: ssh-add " + file + ", or give the passphrase on a terminal or in $ODOOCTL_KEY_PASSPHRASE"
	case errors.Is(err, errPassphrase):
		return "try again, or run: ssh-add " + file
	case errors.Is(err, errNotHeld):
		return "run: ssh-add " + strings.TrimSuffix(file, ".pub")
	case errors.Is(err, errPuTTY):
		return "convert it: puttygen " + file + " -O private-openssh -o " + strings.TrimSuffix(file, ".ppk")
	case errors.Is(err, syscall.EISDIR):
		return "name the file of the key in that folder"
	case errors.Is(err, os.ErrNotExist):
		return "correct identity_file, or make a key: ssh-keygen -t ed25519 -f " + file
	case errors.Is(err, os.ErrPermission):
		return "the file must be readable by the user who runs odooctl"
	}
	return fmt.Sprintf("is %s a private key in OpenSSH or PEM format?", file)
}
