package inventory

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Reference is a value in a file other than the inventory, such as a playbook: the text
// itself, or one of the forms of a secret, which is read by way of the inventory that the
// file is used with. The zero Reference is none.
type Reference struct {
	node  *yaml.Node
	plain string
}

// IsZero reports whether no value is given.
func (r Reference) IsZero() bool { return r.node == nil && r.plain == "" }

// String returns ***, whatever the value.
func (r Reference) String() string { return masked }

// UnmarshalYAML takes text, or one of {env: NAME}, {file: PATH}, {command: [...]} and
// {secret: NAME}. The error has no position: the reader of the file adds it.
func (r *Reference) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		r.plain = n.Value
		return nil
	}
	r.node = n
	_, err := newDecoder("", "/", Options{Home: "/"}.filled()).reference(n)
	return err
}

func (d *decoder) reference(n *yaml.Node) (s Secret, err error) {
	d.path = []string{"the value"}
	d.decode(n, &s)
	if list := d.errs.sorted(); len(list) > 0 {
		return s, errors.New(list[0].Msg)
	}
	return s, nil
}

// references reads the secrets that other files name, each once.
type references struct {
	mu    sync.Mutex
	known map[*yaml.Node]Secret
	make  func() *decoder
}

// Reveal reads the value of a reference. Unlike a secret of the inventory, it may have
// several lines. Paths are relative to the inventory.
func (inv *Inventory) Reveal(r Reference) (string, error) {
	if r.node == nil {
		// A text of several lines is hardly a password, and the playbook has it in clear.
		if !strings.Contains(r.plain, "\n") {
			inv.revealed.Add(r.plain)
		}
		return r.plain, nil
	}
	refs := inv.references
	refs.mu.Lock()
	s, ok := refs.known[r.node]
	if !ok {
		var err error
		if s, err = refs.make().reference(r.node); err != nil {
			refs.mu.Unlock()
			return "", err
		}
		refs.known[r.node] = s
	}
	refs.mu.Unlock()
	value, err := s.from.read()
	switch {
	case err == nil && value == "":
		err = errors.New("the value is empty")
	case err == nil && len(value) > maxPEM:
		err = fmt.Errorf("it has %d bytes, more than any secret", len(value))
	}
	if err != nil {
		return "", fmt.Errorf("read the value from %s: %w", s.Source(), err)
	}
	return value, nil
}
