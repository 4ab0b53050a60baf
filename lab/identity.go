package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys are the types of key that each host gets, as on an installed Debian but
// without RSA.
var hostKeys = []struct {
	file string
	make func() (crypto.Signer, error)
}{
	{"ssh_host_ed25519_key", newEd25519},
	{"ssh_host_ecdsa_key", newECDSA},
}

func newEd25519() (crypto.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

func newECDSA() (crypto.Signer, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// writeKeyPair makes a key and writes it to path, readable by its owner only, and its
// public half to path.pub.
func writeKeyPair(path, comment string, make func() (crypto.Signer, error)) error {
	key, err := make()
	if err != nil {
		return fmt.Errorf("make key %s: %w", path, err)
	}
	private, err := ssh.MarshalPrivateKey(key, comment)
	if err != nil {
		return fmt.Errorf("make key %s: %w", path, err)
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return fmt.Errorf("make key %s: %w", path, err)
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))) + " " + comment + "\n"
	if err := os.WriteFile(path+".pub", []byte(line), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(private), 0o600)
}

func (l *Lab) writeKey() error {
	return writeKeyPair(l.Key(), "lab-"+l.name, newEd25519)
}

// identity is the folder of what a host keeps after a Reset: its host keys.
func (m *Machine) identity() string { return filepath.Join(m.dir, "identity") }

func (m *Machine) writeIdentity() error {
	if err := os.MkdirAll(m.identity(), 0o700); err != nil {
		return err
	}
	for _, k := range hostKeys {
		if err := writeKeyPair(filepath.Join(m.identity(), k.file), "root@"+m.Name(), k.make); err != nil {
			return err
		}
	}
	return nil
}

// knownHosts returns the lines of known_hosts for the host.
func (m *Machine) knownHosts() (string, error) {
	var lines strings.Builder
	for _, k := range hostKeys {
		text, err := os.ReadFile(filepath.Join(m.identity(), k.file+".pub"))
		if err != nil {
			return "", err
		}
		public, _, _, _, err := ssh.ParseAuthorizedKey(text)
		if err != nil {
			return "", fmt.Errorf("read host key of %s: %w", m.Name(), err)
		}
		lines.WriteString(knownhosts.Line([]string{m.Name(), m.Address().String()}, public) + "\n")
	}
	return lines.String(), nil
}

// machineID is the host's machine-id(5), derived from the host key.
func (m *Machine) machineID() (string, error) {
	text, err := os.ReadFile(filepath.Join(m.identity(), hostKeys[0].file+".pub"))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}
