package inventory

import (
	"encoding/base32"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// made holds the generated secrets that the inventory leaves out, by name, until Keep has
// written them.
type made struct {
	mu     sync.Mutex
	values map[string]string
	kept   map[string]bool
}

// makeSecrets gives a deployment the secrets that it leaves out and must not be
// without. Each has a name in the file of secrets; a value that is not there is made when
// it is first revealed. Without Options.Rand nothing is made.
func (d *decoder) makeSecrets(dep *Deployment) {
	o := dep.Odoo
	if o == nil || d.opts.Rand == nil {
		return
	}
	if !d.given(&o.AdminPasswd) {
		o.AdminPasswd = d.madeSecret(dep.Name+"/admin_passwd", o.Pos)
	}
	if !d.given(&o.AdminLogin.Password) {
		o.AdminLogin.Password = d.madeSecret(dep.Name+"/admin_login", o.Pos)
	}
}

func (d *decoder) madeSecret(name string, at Pos) Secret {
	open, m, random := d.secrets, d.inv.made, d.opts.Rand
	s := d.lazySecret("secret "+name, func() (string, error) {
		secrets, err := open()
		if err != nil {
			return "", err
		}
		if value, ok := secrets.values[name]; ok {
			return value, nil
		}
		value, err := password(random)
		if err == nil {
			m.add(name, value)
		}
		return value, err
	})
	s.Pos, s.from.made = at, func() bool { return m.has(name) }
	return s
}

// password draws 160 bits and writes them as 32 letters and digits.
func password(random io.Reader) (string, error) {
	var b [20]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make a password: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:])), nil
}

func (m *made) add(name, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[name] = value
}

func (m *made) has(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.values[name]
	return ok && !m.kept[name]
}

// Made reports whether the value was generated since the inventory was loaded, and is
// kept nowhere yet. It is known once the secret was revealed. See Inventory.Keep.
func (s Secret) Made() bool { return s.from != nil && s.from.made != nil && s.from.made() }

// Made returns the names of the secrets that were generated since the inventory was
// loaded and that Keep has not written, sorted.
func (inv *Inventory) Made() (names []string) {
	inv.made.mu.Lock()
	defer inv.made.mu.Unlock()
	for name := range inv.made.values {
		if !inv.made.kept[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Keep writes the secrets that Made names into s, which has to be the file of secrets,
// opened again. It must be called before any host gets one of them. A name that another
// run has given a value since is an error, and nothing is written.
func (inv *Inventory) Keep(s *Secrets) error {
	names := inv.Made()
	inv.made.mu.Lock()
	defer inv.made.mu.Unlock()
	for _, name := range names {
		if _, taken := s.values[name]; taken {
			return fmt.Errorf("keep secret %s: %s has got it since, from another run: start again", name, s.file)
		}
		if err := s.Set(name, inv.made.values[name]); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil
	}
	if err := s.Save(); err != nil {
		return err
	}
	for _, name := range names {
		inv.made.kept[name] = true
	}
	return nil
}
