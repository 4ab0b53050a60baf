package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"filippo.io/age"
	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
)

// defaultSecretsFile is read for {secret: NAME} unless the inventory's key secrets names
// another file.
const defaultSecretsFile = "secrets.age"

// Secrets is the content of an age-encrypted file: a YAML mapping of names to values. The
// plain list of age recipients beside it says who can read it: secrets.recipients for
// secrets.age. Secrets is not safe for concurrent use.
type Secrets struct {
	file       string
	opts       Options
	before     []byte // the encrypted file as it was read; nil if there was none
	values     map[string]string
	identities []age.Identity
}

// OpenSecrets reads and decrypts a file of secrets with the identities of IdentityFile. A
// file that does not exist has no secrets.
func OpenSecrets(file string, opts Options) (*Secrets, error) {
	s := &Secrets{file: file, opts: opts.filled(), values: map[string]string{}}
	data, err := s.opts.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read secrets: %w", err)
	}
	if s.identities, err = s.opts.identities(); err != nil {
		return nil, fmt.Errorf("decrypt %s: %w", file, err)
	}
	plain, err := decrypt(data, s.identities)
	if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
		return nil, fmt.Errorf("decrypt %s: it is not encrypted to %s; %s", file, s.opts.IdentityFile(), admitted)
	}
	if err != nil {
		return nil, fmt.Errorf("decrypt %s with %s: %w", file, s.opts.IdentityFile(), err)
	}
	if err := yaml.Unmarshal(plain, &s.values); err != nil {
		return nil, fmt.Errorf("read secrets: %s does not hold a mapping of names to values", file)
	}
	if s.values == nil {
		s.values = map[string]string{}
	}
	s.before = data
	return s, nil
}

// IdentityFile returns the file of age identities: $ODOOCTL_IDENTITY, else
// ~/.config/odooctl/identity.txt.
func (o Options) IdentityFile() string {
	if o.Env != nil && o.Env("ODOOCTL_IDENTITY") != "" {
		return o.Env("ODOOCTL_IDENTITY")
	}
	return filepath.Join(o.Home, ".config", "odooctl", "identity.txt")
}

// admitted is how the secrets become readable with an identity that they are not encrypted to.
const admitted = "somebody who reads the secrets adds your public key to the list of recipients and sets a " +
	"secret again: see Secrets in docs/inventory.md"

func (o Options) identities() ([]age.Identity, error) {
	file := o.IdentityFile()
	data, err := o.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no identity %s: let ODOOCTL_IDENTITY name yours, or make one with `age-keygen -o "+
			"%[1]s`; %s", file, admitted)
	}
	if err != nil {
		return nil, fmt.Errorf("read identity: %w", err)
	}
	ids, err := age.ParseIdentities(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read identity %s: %w", file, err)
	}
	return ids, nil
}

// maxSecrets bounds the decrypted size in bytes.
const maxSecrets = 16 << 20

func decrypt(data []byte, identities []age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(data), identities...)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxSecrets+1))
	if err == nil && len(plain) > maxSecrets {
		err = fmt.Errorf("the file holds more than %d bytes", maxSecrets)
	}
	return plain, err
}

// Get returns the value of a secret. A name that the file does not have is an error.
func (s *Secrets) Get(name string) (string, error) {
	value, ok := s.values[name]
	switch {
	case ok:
		return value, nil
	case s.before == nil && len(s.values) == 0:
		return "", fmt.Errorf("%s does not exist: add the secret with `odooctl secret set INVENTORY %s`", s.file, name)
	}
	return "", fmt.Errorf("%s has no secret %s%s", s.file, name, nearest.Hint(name, s.Names()))
}

// Names returns the names of the secrets, sorted.
func (s *Secrets) Names() []string { return sortedKeys(s.values) }

// Set adds or replaces a secret. Save writes it.
func (s *Secrets) Set(name, value string) error {
	if err := checkSecretName(name); err != nil {
		return err
	}
	if _, err := NewSecret(value).Reveal(); err != nil {
		return fmt.Errorf("set secret %s: %w", name, errors.Unwrap(err))
	}
	s.values[name] = strings.TrimRight(value, "\r\n")
	return nil
}

// Delete removes a secret. Save writes it.
func (s *Secrets) Delete(name string) error {
	if _, err := s.Get(name); err != nil {
		return fmt.Errorf("delete secret: %w", err)
	}
	delete(s.values, name)
	return nil
}

var secretName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,126}$`)

func checkSecretName(name string) error {
	if !secretName.MatchString(name) {
		return fmt.Errorf("secret %q: a name is made of letters, digits and . _ / -", name)
	}
	return nil
}

// readSecretsFile finds the file of secrets. It is opened once, when the first of its
// secrets is revealed.
func (d *decoder) readSecretsFile(doc *document) {
	file := d.absolute(d.at(&doc.Secrets), doc.Secrets)
	opts := d.opts
	d.inv.secretsFile = file
	d.secrets = sync.OnceValues(func() (*Secrets, error) { return OpenSecrets(file, opts) })
}
