package inventory

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

const (
	maxOrigins  = 1000             // files and programs that an inventory is read from
	hostsWithin = 30 * time.Second // how long a program that lists hosts may take
)

// included are the sections that a file which is included may have.
var included = []string{"hosts", "groups", "deployments"}

// origin is a file or the output of a program that the inventory is read from. Its number is
// part of the lines of its nodes, so that each value knows where it is.
type origin struct {
	name string // as positions show it
	dir  string // the folder that its relative paths start from
}

// originBits is where in the line of a node the number of its source begins.
const originBits = 32

// include adds to the tree of the file the sections of those that it includes, and reads the
// hosts that programs list. It returns the bytes of all that it read.
func (d *decoder) include(root *yaml.Node) (read []byte) {
	if root.Kind != yaml.MappingNode {
		return nil
	}
	seen := []string{absolutePath(d.files[0].dir, filepath.Base(d.file))}
	for queue := d.includes(root); len(queue) > 0; queue = queue[1:] {
		name, at := queue[0].path, queue[0].at
		if slices.Contains(seen, name) {
			d.errs.add(at, "%s is included twice, or includes itself", queue[0].shown)
			continue
		}
		seen = append(seen, name)
		data, err := d.opts.ReadFile(name)
		if err != nil {
			d.errs.add(at, "include: %v", err)
			continue
		}
		read = append(read, data...)
		tree := d.sourceTree(origin{queue[0].shown, filepath.Dir(name)}, data, at)
		if tree == nil {
			continue
		}
		queue = append(queue, d.includes(tree)...)
		d.adopt(root, tree)
	}
	return append(read, d.listed(root)...)
}

func absolutePath(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// inclusion is a file that another names.
type inclusion struct {
	path, shown string
	at          Pos
}

// includes takes the key include out of a file, and returns the files that it names, those of
// a pattern in order.
func (d *decoder) includes(root *yaml.Node) (list []inclusion) {
	value := take(root, "include")
	if value == nil {
		return nil
	}
	nodes := []*yaml.Node{resolve(value)}
	if nodes[0].Kind == yaml.SequenceNode {
		nodes = nodes[0].Content
	}
	for _, n := range nodes {
		var name string
		read := false
		d.inside("include", func() { read = d.decode(n, &name) })
		if !read {
			continue
		}
		at := d.pos(n)
		path := d.absolute(at, name)
		paths := []string{path}
		if strings.ContainsAny(name, "*?[") {
			found, err := filepath.Glob(path)
			if err != nil || found == nil {
				d.errs.add(at, "include: no file matches %s", name)
			}
			paths = found
		}
		for _, p := range paths {
			shown := p
			if below, err := filepath.Rel(d.files[0].dir, p); err == nil && filepath.IsLocal(below) {
				shown = filepath.Join(filepath.Dir(d.file), below)
			}
			if path != "" {
				list = append(list, inclusion{p, shown, at})
			}
		}
	}
	return list
}

// take removes a key from a mapping and returns its value; nil if there is none.
func take(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			value := n.Content[i+1]
			n.Content = slices.Delete(n.Content, i, i+2)
			return value
		}
	}
	return nil
}

// sourceTree reads a text as a YAML mapping whose nodes know where they are.
func (d *decoder) sourceTree(s origin, data []byte, at Pos) *yaml.Node {
	if len(d.files) == maxOrigins {
		d.errs.add(at, "an inventory is read from %d files at most", maxOrigins)
		return nil
	}
	place := len(d.files)
	d.files = append(d.files, s)
	whole := d.file
	d.file = s.name
	tree := d.syntaxTree(data)
	d.file = whole
	if tree == nil {
		return nil
	}
	numbered(tree, place<<originBits)
	if tree.Kind != yaml.MappingNode {
		d.errorf(tree, "%s is %s: want a mapping, one key: value per line", s.name, kindName(tree))
		return nil
	}
	return tree
}

// numbered adds the number of an origin to the lines below n.
func numbered(n *yaml.Node, origin int) {
	n.Line |= origin
	for _, child := range n.Content {
		numbered(child, origin)
	}
}

// adopt adds the sections of an included file to those of the whole.
func (d *decoder) adopt(root, tree *yaml.Node) {
	for i := 0; i+1 < len(tree.Content); i += 2 {
		key, value := tree.Content[i], tree.Content[i+1]
		switch {
		case strings.HasPrefix(key.Value, "x-"):
			continue
		case !slices.Contains(included, key.Value):
			d.errorf(key, "%s is for the file that includes: an included one has %s", key.Value, strings.Join(included, ", "))
			continue
		}
		own := value
		for at := 0; at+1 < len(root.Content); at += 2 {
			if root.Content[at].Value == key.Value {
				own = resolve(root.Content[at+1])
			}
		}
		switch {
		case own == value:
			root.Content = append(root.Content, key, value)
		case own.Kind == yaml.MappingNode && resolve(value).Kind == yaml.MappingNode:
			d.listedIn(own)
			d.listedIn(resolve(value))
			own.Content = append(own.Content, resolve(value).Content...)
		default:
			d.inside(key.Value, func() { d.isMapping(resolve(value)) })
		}
	}
}

// listed reads the hosts that a program lists: hosts: {command: [PROGRAM, ...]}.
func (d *decoder) listed(root *yaml.Node) []byte {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "hosts" {
			d.listedIn(resolve(root.Content[i+1]))
		}
	}
	return d.output
}

// listedIn replaces command: [PROGRAM, ...] in a mapping of hosts by the hosts that the
// program prints, as YAML or JSON.
func (d *decoder) listedIn(hosts *yaml.Node) {
	if hosts.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(hosts.Content); i += 2 {
		if hosts.Content[i].Value != "command" || resolve(hosts.Content[i+1]).Kind != yaml.SequenceNode {
			continue
		}
		at := d.pos(hosts.Content[i])
		var argv []string
		d.inside("hosts", func() { d.inside("command", func() { d.decode(hosts.Content[i+1], &argv) }) })
		hosts.Content = slices.Delete(hosts.Content, i, i+2)
		if tree := d.printed(argv, at); tree != nil {
			hosts.Content = append(hosts.Content, tree.Content...)
		}
		return
	}
}

// printed runs a program that lists hosts.
func (d *decoder) printed(argv []string, at Pos) *yaml.Node {
	if len(argv) == 0 || argv[0] == "" {
		d.errs.add(at, "hosts.command is empty: want a program and its arguments, such as [./hosts.py, eu]")
		return nil
	}
	dir := d.dirOf(at)
	shown := strings.Join(argv, " ")
	if strings.Contains(argv[0], "/") {
		argv = append([]string{absolutePath(dir, argv[0])}, argv[1:]...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), hostsWithin)
	defer cancel()
	out, err := d.opts.Command(ctx, argv)
	switch {
	case ctx.Err() != nil:
		d.errs.add(at, "hosts.command: %s took longer than %s", shown, hostsWithin)
		return nil
	case err != nil:
		d.errs.add(at, "hosts.command: %v", err)
		return nil
	}
	d.output = append(d.output, out...)
	return d.sourceTree(origin{fmt.Sprintf("output of %s", shown), dir}, out, at)
}

// dirOf is the folder that relative paths start from at a place.
func (d *decoder) dirOf(at Pos) string {
	for _, s := range d.files {
		if s.name == at.File {
			return s.dir
		}
	}
	return d.dir
}
