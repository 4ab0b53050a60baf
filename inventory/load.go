package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// Options is what an inventory needs of its surroundings.
type Options struct {
	// ReadFile reads a file on the operator's machine. nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// Folder opens a folder on the operator's machine. nil is os.DirFS.
	Folder func(name string) fs.FS
	// Env returns a variable of the environment, or "". nil is an empty environment.
	Env func(name string) string
	// Filter says what is wrong with a dbfilter, in every version that may be meant: major is 0 where the file has none.
	// nil does not look at it.
	Filter func(major int, dbfilter string) error
	// Home is the home folder that ~ stands for. "" makes a path with ~ an error.
	Home string
	// Command runs a program and returns its standard output. nil runs it on the
	// operator's machine.
	Command func(ctx context.Context, argv []string) ([]byte, error)
	// Rand generates the secrets that a deployment needs and the file leaves out. nil
	// generates none: they are zero.
	Rand io.Reader
}

// Load reads and checks an inventory file. The error is an Errors when the file could be
// read. Inventory.Dir is absolute.
func Load(file string, opts Options) (*Inventory, error) {
	opts = opts.filled()
	data, err := opts.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read inventory: %w", err)
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("read inventory: find the folder of %s: %w", file, err)
	}
	return parse(file, dir, data, opts)
}

// Parse checks the bytes of an inventory. name stands in positions, and its folder is
// where relative paths start.
func Parse(name string, data []byte, opts Options) (*Inventory, error) {
	return parse(name, filepath.Dir(name), data, opts.filled())
}

func (o Options) filled() Options {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.Folder == nil {
		o.Folder = os.DirFS
	}
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	if o.Command == nil {
		o.Command = run
	}
	return o
}

// parse reads the file in the order that its parts need each other: host names, groups,
// hosts, deployments, checks across them.
func parse(file, dir string, data []byte, opts Options) (*Inventory, error) {
	sum := sha256.Sum256(data)
	d := newDecoder(file, dir, opts)
	d.inv.Digest = hex.EncodeToString(sum[:])
	if root := d.syntaxTree(data); root != nil {
		d.where = newPlaces(file, len(data))
		doc := document{Secrets: defaultSecretsFile}
		if d.decode(root, &doc) && !d.foreign {
			d.readSecretsFile(&doc)
			d.nameHosts(&doc)
			d.readGroups(&doc)
			d.readHosts(&doc)
			d.readDeployments(&doc)
			d.readHooks(&doc)
			d.checkAcross()
		}
		doc = document{} // d.where points into it, and it points to the tree of the file
	}
	d.inv.where = d.where
	secrets, revealed := d.secrets, d.inv.revealed
	d.inv.references = &references{known: map[*yaml.Node]Secret{}, make: func() *decoder {
		r := newDecoder(file, dir, opts)
		r.secrets, r.inv.revealed = secrets, revealed
		return r
	}}
	d.inv.Warnings = d.warns.sorted()
	if found := d.errs.sorted(); len(found) > 0 {
		return nil, Errors(found)
	}
	return d.inv, nil
}

// document is the top level of the file.
type document struct {
	SSH         *yaml.Node `yaml:"ssh"`
	Sudo        *yaml.Node `yaml:"sudo"`
	Secrets     string     `yaml:"secrets"`
	Hosts       *yaml.Node `yaml:"hosts"`
	Groups      *yaml.Node `yaml:"groups"`
	Deployments *yaml.Node `yaml:"deployments"`
	Hooks       Hooks      `yaml:"hooks"`
	Notify      Notices    `yaml:"notify"`
}
