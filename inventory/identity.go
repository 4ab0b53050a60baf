package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// MakeIdentity writes a new age identity to IdentityFile, readable by its owner only, if
// there is none; made reports whether it did. Anybody who has the identity can read every
// secret that is encrypted to it.
func (o Options) MakeIdentity() (made bool, err error) {
	file := o.IdentityFile()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return false, fmt.Errorf("make an age identity: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return false, fmt.Errorf("write identity: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write identity: %w", err)
	}
	_, err = fmt.Fprintf(f, "# public key: %s\n%s\n", identity.Recipient(), identity)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return false, fmt.Errorf("write identity %s: %w", file, errors.Join(err, os.Remove(file)))
	}
	return true, nil
}
