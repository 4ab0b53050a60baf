package remote

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// maxOffers keeps a login below sshd's MaxAuthTries of 6, of which the "none"
// request and a second look at the right key use up two.
const maxOffers = 4

// identity is one key to log in with and the name to call it by.
type identity struct {
	signer ssh.Signer
	name   string
}

func (i identity) String() string { return i.name + " (" + describe(i.signer.PublicKey()) + ")" }

// identities collects what may be offered to the host, right key first, at most
// maxOffers. The agent may be nil.
func (c Config) identities(a *sshAgent) ([]identity, error) {
	var ids []identity
	for _, file := range c.IdentityFiles {
		id, err := readIdentity(file, a)
		if err != nil {
			return nil, &Error{Host: c.Host, Kind: Auth, Tried: "read identity file " + file,
				Got: strings.TrimPrefix(err.Error(), "open "+file+": "), Hint: keyHint(file, err), Err: err}
		}
		ids = append(ids, id)
	}
	if len(c.IdentityFiles) == 0 {
		ids = a.identities()
	}
	if len(ids) == 0 {
		return nil, &Error{Host: c.Host, Kind: Auth, Tried: "find a key to log in with as " + c.User,
			Got: a.state(), Hint: "set identity_file, or start an agent and run: ssh-add", Err: a.err()}
	}
	return ids[:min(len(ids), maxOffers)], nil
}

var (
	errEncrypted = errors.New("the key is encrypted and the agent does not hold it")
	errNotHeld   = errors.New("this is a public key and the agent does not hold its private half")
)

// readIdentity reads a private key, or finds in the agent the one that the file
// can not give: it is encrypted, on a hardware token, or a public key.
func readIdentity(file string, a *sshAgent) (identity, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return identity{}, err
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err == nil {
		return identity{signer, file}, nil
	}
	public, reason := publicHalf(file, text, err)
	if public != nil {
		if signer := a.holding(public); signer != nil {
			return identity{signer, file}, nil
		}
	}
	return identity{}, reason
}

// publicHalf finds the public key that belongs to a file which is no plain
// private key, and the error to give if the agent does not help.
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
	case errors.Is(err, errEncrypted), errors.Is(err, errNotHeld):
		return "run: ssh-add " + strings.TrimSuffix(file, ".pub")
	case errors.Is(err, os.ErrNotExist):
		return "correct identity_file, or make a key: ssh-keygen -t ed25519 -f " + file
	case errors.Is(err, os.ErrPermission):
		return "the file must be readable by the user who runs odooctl"
	}
	return fmt.Sprintf("is %s a private key in OpenSSH or PEM format?", file)
}
