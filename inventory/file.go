package inventory

import (
	"fmt"
	"path/filepath"
	"sync"

	"gopkg.in/yaml.v3"
)

// maxPEM bounds what is read of a file that the inventory names: a slip may name a disk image.
const maxPEM = 1 << 20

// File is a text file on the operator's machine, such as a certificate. The zero File is no file.
type File struct {
	Path string // absolute
	Pos  Pos
	read func() ([]byte, error)
}

// IsZero reports whether the inventory gives no such file.
func (f File) IsZero() bool { return f.Path == "" }

// String returns the path.
func (f File) String() string { return f.Path }

// Read returns the file's text, as it was when it was first read. The error names the
// file and the inventory's line.
func (f File) Read() (string, error) {
	data, err := f.read()
	if err == nil && len(data) > maxPEM {
		err = fmt.Errorf("%s has %d bytes, more than any certificate", f.Path, len(data))
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.Pos, err)
	}
	return string(data), nil
}

func (f *File) decodeYAML(d *decoder, n *yaml.Node) bool {
	var name string
	if !d.text(n, &name) {
		return false
	}
	file, read := d.absolute(d.pos(n), name), d.opts.ReadFile
	*f = File{Path: file, Pos: d.pos(n), read: sync.OnceValues(func() ([]byte, error) { return read(file) })}
	d.wantsFile(d.pos(n), file, "the file")
	return file != ""
}

// Key is a private key in PEM: the path of a file, or a form of a secret.
type Key struct{ Secret }

func (k *Key) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return k.Secret.decodeYAML(d, n)
	}
	var name string
	if !d.text(n, &name) {
		return false
	}
	if filepath.Clean(name) == "." {
		return d.errorf(n, "%s is not the path of a file", d.key())
	}
	k.Secret = d.fileSecret(name, d.pos(n))
	k.Pos = d.pos(n)
	return true
}

// Reveal reads the key. Unlike that of other secrets, its value has lines.
func (k Key) Reveal() (string, error) {
	if k.IsZero() {
		return "", fmt.Errorf("reveal key: the inventory has none")
	}
	text, err := k.from.read()
	if err == nil && len(text) > maxPEM {
		err = fmt.Errorf("it has %d bytes, more than any key", len(text))
	}
	if err != nil {
		return "", fmt.Errorf("%s: read the key from %s: %w", k.Pos, k.Source(), err)
	}
	return text, nil
}
