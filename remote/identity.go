package remote

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// maxOffers keeps a login below sshd's MaxAuthTries of 6, of which the "none" request
// and the signed request with the right key use two.
const maxOffers = 4

// identity is a key to log in with and its name for messages.
type identity struct {
	signer ssh.Signer
	name   string
}

func (i identity) String() string { return i.name + " (" + describe(i.signer.PublicKey()) + ")" }

// identities collects the keys to offer to the host, most likely first, at most
// maxOffers. The agent may be nil.
func (c Config) identities(ctx context.Context, a *sshAgent) (ids []identity, err error) {
	for _, file := range c.IdentityFiles {
		found, err := c.readIdentity(ctx, file, a, true)
		switch {
		case err == nil:
			ids = append(ids, found...)
		case !c.OtherKeys || !errors.Is(err, os.ErrNotExist):
			return nil, c.unreadable(file, err)
		}
	}
	if len(c.IdentityFiles) == 0 || c.OtherKeys {
		ids = append(ids, a.identities()...)
	}
	var passedOver error
	for _, file := range c.DefaultIdentityFiles {
		if len(c.IdentityFiles) > 0 || len(ids) >= maxOffers {
			break
		}
		found, err := c.readIdentity(ctx, file, a, len(ids) == 0)
		if err != nil && passedOver == nil {
			passedOver = c.unreadable(file, err)
		}
		ids = append(ids, found...)
	}
	ids = distinct(ids)
	switch {
	case len(ids) == 0 && c.Password != nil:
		return nil, nil
	case len(ids) == 0 && passedOver != nil:
		return nil, passedOver
	case len(ids) == 0:
		return nil, &Error{Host: c.Host, Kind: Auth, Tried: "find a key to log in with as " + c.User,
			Got: a.state(), Hint: "set identity_file, or start an agent and run: ssh-add", Err: a.err()}
	}
	c.Keyring.order(c.User, ids)
	return ids[:min(len(ids), maxOffers)], nil
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

func (c Config) unreadable(file string, err error) error {
	return &Error{Host: c.Host, Kind: Auth, Tried: "read identity file " + file,
		Got: strings.TrimPrefix(err.Error(), "open "+file+": "), Hint: keyHint(file, err), Err: err}
}

var (
	errEncrypted = errors.New("the key is encrypted and the agent does not hold it")
	errNotHeld   = errors.New("this is a public key and the agent does not hold its private half")
)

// readIdentity reads a private key, or finds in the agent one that the file cannot
// provide: it is encrypted, on a hardware token, or only the public key. It asks for a
// passphrase only if ask is set. A certificate beside the key comes first.
func (c Config) readIdentity(ctx context.Context, file string, a *sshAgent, ask bool) ([]identity, error) {
	f := c.Keyring.file(file)
	if f.text == nil {
		return nil, f.err
	}
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
	case errors.Is(err, os.ErrNotExist):
		return "correct identity_file, or make a key: ssh-keygen -t ed25519 -f " + file
	case errors.Is(err, os.ErrPermission):
		return "the file must be readable by the user who runs odooctl"
	}
	return fmt.Sprintf("is %s a private key in OpenSSH or PEM format?", file)
}
