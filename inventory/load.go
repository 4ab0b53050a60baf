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
	"slices"

	"gopkg.in/yaml.v3"
)

// Options is what an inventory needs of its surroundings.
type Options struct {
	// ReadFile reads a file on the operator's machine. nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// Folder opens a folder on the operator's machine. nil is os.DirFS.
	Folder func(name string) fs.FS
	// Stat describes a file or folder on the operator's machine. nil is os.Stat.
	Stat func(name string) (fs.FileInfo, error)
	// Env returns a variable of the environment, or "". nil is an empty environment.
	Env func(name string) string
	// Filter says what is wrong with a dbfilter, in every version that may be meant: major is 0 where the file has none.
	// nil does not look at it.
	Filter func(major int, dbfilter string) error
	// Location says what is wrong with a location of nginx. nil does not look at it.
	Location func(n *Nginx, l Location) error
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
	inv, found, err := Examine(file, opts)
	if err == nil && len(found) > 0 {
		err = found
	}
	if err != nil {
		return nil, err
	}
	return inv, nil
}

// Examine is Load for who wants to know all that is wrong: what was found, and the inventory
// as far as it could be read, with its warnings. The error is for a file that cannot be read.
func Examine(file string, opts Options) (*Inventory, Errors, error) {
	opts = opts.filled()
	data, err := opts.ReadFile(file)
	if err != nil {
		return nil, nil, fmt.Errorf("read inventory: %w", err)
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, nil, fmt.Errorf("read inventory: find the folder of %s: %w", file, err)
	}
	inv, found := parse(file, dir, data, opts)
	return inv, found, nil
}

// Parse checks the bytes of an inventory. name stands in positions, and its folder is
// where relative paths start.
func Parse(name string, data []byte, opts Options) (*Inventory, error) {
	inv, found := parse(name, filepath.Dir(name), data, opts.filled())
	if len(found) > 0 {
		return nil, found
	}
	return inv, nil
}

func (o Options) filled() Options {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.Folder == nil {
		o.Folder = os.DirFS
	}
	if o.Stat == nil {
		o.Stat = os.Stat
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
func parse(file, dir string, data []byte, opts Options) (*Inventory, Errors) {
	return newDecoder(file, dir, opts).parse(data)
}

func (d *decoder) parse(data []byte) (*Inventory, Errors) {
	sum := sha256.Sum256(data)
	d.inv.Digest = hex.EncodeToString(sum[:])
	if root := d.mainTree(data); root != nil {
		more := d.include(root)
		if len(more) > 0 {
			sum = sha256.Sum256(append(slices.Clone(data), more...))
			d.inv.Digest = hex.EncodeToString(sum[:])
		}
		d.where = newPlaces(d.files, len(data)+len(more))
		doc := document{Secrets: defaultSecretsFile}
		if d.decode(root, &doc) && !d.foreign {
			d.readSecretsFile(&doc)
			d.nameHosts(&doc)
			d.readGroups(&doc)
			d.readHosts(&doc)
			d.readDeployments(&doc)
			d.readHooks(&doc)
			d.checkAcross()
			d.wantsLogins()
		}
		doc = document{} // d.where points into it, and it points to the tree of the file
	}
	d.inv.where = d.where
	secrets, revealed, opts := d.secrets, d.inv.revealed, d.opts
	d.inv.references = &references{known: map[*yaml.Node]Secret{}, make: func() *decoder {
		r := newDecoder(d.file, d.dir, opts)
		r.secrets, r.inv.revealed = secrets, revealed
		return r
	}}
	d.inv.Warnings = d.warns.sorted()
	return d.inv, d.errs.sorted()
}

// document is the top level of the file.
type document struct {
	Include     []string   `yaml:"include"` // read before the rest: see include
	SSH         *yaml.Node `yaml:"ssh"`
	Sudo        *yaml.Node `yaml:"sudo"`
	Secrets     string     `yaml:"secrets"`
	Hosts       *yaml.Node `yaml:"hosts"`
	Groups      *yaml.Node `yaml:"groups"`
	Deployments *yaml.Node `yaml:"deployments"`
	Hooks       Hooks      `yaml:"hooks"`
	Notify      Notices    `yaml:"notify"`
}
