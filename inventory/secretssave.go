package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"gopkg.in/yaml.v3"
)

// RecipientsFile returns the plain list of those who can read the secrets after the next
// Save: one age recipient per line, # for comments.
func (s *Secrets) RecipientsFile() string {
	return strings.TrimSuffix(s.file, filepath.Ext(s.file)) + ".recipients"
}

// Save encrypts the secrets to the recipients and replaces the file in one step, readable
// by its owner only. Without a list of recipients it encrypts to the user's own identity
// and writes the list. It refuses to write a file that the user could not read again, and
// to replace a file that changed since it was opened.
func (s *Secrets) Save() error {
	if err := s.save(); err != nil {
		return fmt.Errorf("save secrets: %w", err)
	}
	return nil
}

func (s *Secrets) save() error {
	var err error
	if s.identities == nil {
		if s.identities, err = s.opts.identities(); err != nil {
			return err
		}
	}
	recipients, err := s.recipients()
	if err != nil {
		return err
	}
	sealed, err := s.seal(recipients)
	if err != nil {
		return err
	}
	now, err := s.opts.ReadFile(s.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(now, s.before) {
		return fmt.Errorf("%s changed since it was read: start again", s.file)
	}
	if err := ReplaceFile(s.file, sealed, 0o600); err != nil {
		return err
	}
	s.before = sealed
	return nil
}

// seal encrypts the secrets and proves that the user's own identity opens the result.
func (s *Secrets) seal(recipients []age.Recipient) ([]byte, error) {
	plain, err := yaml.Marshal(s.values)
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypt to the recipients of %s: %w", s.RecipientsFile(), err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if _, err := decrypt(sealed.Bytes(), s.identities); err != nil {
		return nil, fmt.Errorf("you could not read the file again: add the recipient of %s to %s (%w)",
			s.opts.IdentityFile(), s.RecipientsFile(), err)
	}
	return sealed.Bytes(), nil
}

func (s *Secrets) recipients() ([]age.Recipient, error) {
	data, err := s.opts.ReadFile(s.RecipientsFile())
	if errors.Is(err, fs.ErrNotExist) {
		if s.before != nil {
			return nil, fmt.Errorf("%s is missing: it says who may read %s; write their age recipients into it, one per line",
				s.RecipientsFile(), s.file)
		}
		data, err = s.ownRecipients()
		if err == nil {
			err = ReplaceFile(s.RecipientsFile(), data, 0o644)
		}
	}
	if err != nil {
		return nil, err
	}
	list, err := age.ParseRecipients(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.RecipientsFile(), err)
	}
	return list, nil
}

func (s *Secrets) ownRecipients() ([]byte, error) {
	var list bytes.Buffer
	for _, id := range s.identities {
		switch id := id.(type) {
		case *age.X25519Identity:
			fmt.Fprintln(&list, id.Recipient())
		case *age.HybridIdentity:
			fmt.Fprintln(&list, id.Recipient())
		}
	}
	return list.Bytes(), nil
}
