package inventory

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
)

// decoder turns YAML nodes into the package's types by their yaml tags. It goes on after
// an error, so that one run finds them all, and notes where each value was written.
//
// The YAML library's own decoding cannot do this: it reports no columns, and its check
// for unknown keys does not reach a Decode inside an UnmarshalYAML.
type decoder struct {
	file, dir string
	files     []origin // the file itself, and what it includes
	output    []byte   // of programs that list hosts
	large     sizes
	pieces    *pieces // of a large file
	opts      Options
	errs      findings
	warns     findings
	where     places
	bad       map[any]bool // pointer to a value that was written and is wrong
	path      []string     // the keys that lead to where the decoder is
	budget    int          // values left to visit, against aliases of aliases
	fields    map[reflect.Type]map[string]int
	inv       *Inventory

	names        map[string]claim      // every host, group and deployment, in lower case
	entries      []entry               // the hosts, in the order of the file
	groupBodies  map[string]*yaml.Node // for merging into hosts
	suggestions  int
	foreign      bool     // the file is an inventory of Ansible
	addressRange struct { // what addresses has expanded last
		pattern string
		names   []string
		err     error
	}
	secrets func() (*Secrets, error)
}

const (
	maxValues    = 8_000_000 // of a file: some 250 bytes of memory each
	maxExpanded  = 1_000_000 // that aliases and ranges add to them
	maxInherited = 20        // that a host has of the whole file and of its groups, beside these
)

func newDecoder(file, dir string, opts Options) *decoder {
	d := &decoder{
		file: file, dir: dir, files: []origin{{file, dir}}, opts: opts, budget: maxExpanded, large: largeFile,
		where: newPlaces([]origin{{name: file}}, 0),
		bad:   map[any]bool{},
		names: map[string]claim{}, groupBodies: map[string]*yaml.Node{},
		fields: map[reflect.Type]map[string]int{},
		inv: &Inventory{
			File: file, Dir: dir, stat: opts.Stat,
			hosts:       map[string]*Host{},
			groups:      map[string]*Group{},
			deployments: map[string]*Deployment{},
			made:        &made{values: map[string]string{}, kept: map[string]bool{}},
		},
	}
	d.inv.revealed = &Revealed{public: d.inv.isName}
	return d
}

// decode reads n into what out points to and reports whether that went well.
func (d *decoder) decode(n *yaml.Node, out any) bool {
	n = resolve(n)
	ok := d.spend(n) && d.decodeAs(n, out)
	if ok {
		d.where.put(out, d.pos(n))
		delete(d.bad, out)
	} else {
		d.bad[out] = true
	}
	return ok
}

func (d *decoder) decodeAs(n *yaml.Node, out any) bool {
	switch out := out.(type) {
	case **yaml.Node:
		*out = n
		return true
	case *string:
		return d.text(n, out)
	case *int:
		return d.integer(n, out)
	case *bool:
		return d.boolean(n, out)
	case *Access:
		return d.text(n, (*string)(out))
	case *time.Duration:
		return (*duration)(out).decodeYAML(d, n)
	case *[]string:
		return list(d, n, out, d.text)
	case *[]netip.Prefix:
		return list(d, n, out, d.prefix)
	case *[]Option:
		return d.options(n, out)
	case *[]*Host:
		return d.hostList(n, out)
	case **Host:
		return d.hostRef(n, out)
	case decodable:
		return out.decodeYAML(d, n)
	}
	v := reflect.ValueOf(out).Elem()
	if v.Kind() == reflect.Pointer {
		target := reflect.New(v.Type().Elem())
		ok := d.decode(n, target.Interface())
		if ok || n.Kind == yaml.MappingNode {
			v.Set(target)
		}
		return ok
	}
	return d.structure(n, v)
}

// decodable is a type that reads itself from a node.
type decodable interface {
	decodeYAML(d *decoder, n *yaml.Node) bool
}

// structure reads a mapping into the fields that its keys name. A wrong field does not
// make the others wrong.
func (d *decoder) structure(n *yaml.Node, v reflect.Value) bool {
	if !d.isMapping(n) {
		return false
	}
	fields := d.fieldsOf(v.Type())
	for _, p := range d.pairs(n) {
		i, known := fields[p.name]
		if !known {
			d.unknownKey(p, fields)
			continue
		}
		d.inside(p.name, func() { d.decode(p.value, v.Field(i).Addr().Interface()) })
	}
	if pos := v.FieldByName("Pos"); pos.IsValid() {
		pos.Set(reflect.ValueOf(d.pos(n)))
		placeSections(v, pos)
	}
	return true
}

// placeSections gives the sections of a mapping that the file leaves out the mapping's own
// position, so that what is said of them names a line.
func placeSections(v, at reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() != reflect.Struct || !v.Type().Field(i).IsExported() {
			continue
		}
		if _, itself := f.Addr().Interface().(decodable); itself {
			continue
		}
		if pos := f.FieldByName("Pos"); pos.IsValid() && pos.IsZero() {
			pos.Set(at)
			placeSections(f, at)
		}
	}
}

func (d *decoder) unknownKey(p pair, fields map[string]int) {
	if len(d.path) == 0 && strings.HasPrefix(p.name, "x-") {
		return // a place for anchors, as in Compose files
	}
	if len(d.path) == 0 && (d.foreign || likeAnsible(p)) {
		if !d.foreign {
			d.errorf(p.key, notOurs)
		}
		d.foreign = true
		return
	}
	where := ""
	if len(d.path) > 0 {
		where = " in " + strings.Join(d.path, ".")
	}
	d.errorf(p.key, "unknown key %s%s%s", p.name, where, nearest.Hint(p.name, sortedKeys(fields)))
}

// notOurs is said of a file that another program has made.
const notOurs = "this is an inventory of Ansible, and odooctl has a form of its own, with hosts, groups and " +
	"deployments: README.md begins with one"

// likeAnsible reports whether a key of the whole file is a group as Ansible's inventories have
// them.
func likeAnsible(p pair) bool {
	for i := 0; p.value.Kind == yaml.MappingNode && i < len(p.value.Content); i += 2 {
		if slices.Contains([]string{"hosts", "children", "vars"}, p.value.Content[i].Value) {
			return true
		}
	}
	return p.name == "all" || p.name == "ungrouped"
}

// fieldsOf maps the keys of a struct type, as its yaml tags name them, to its fields.
func (d *decoder) fieldsOf(t reflect.Type) map[string]int {
	fields, known := d.fields[t]
	if known {
		return fields
	}
	fields = map[string]int{}
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" && tag != "-" {
			fields[tag] = i
		}
	}
	d.fields[t] = fields
	return fields
}

// inside runs f with key added to the path that messages show.
func (d *decoder) inside(key string, f func()) {
	d.path = append(d.path, key)
	f()
	d.path = d.path[:len(d.path)-1]
}

// key is the innermost key, as the subject of a message.
func (d *decoder) key() string {
	if len(d.path) == 0 {
		return "the inventory"
	}
	return d.path[len(d.path)-1]
}

func (d *decoder) pos(n *yaml.Node) Pos {
	file := d.file
	if number := n.Line >> originBits; number > 0 {
		file = d.files[number].name
	}
	return Pos{file, n.Line & (1<<originBits - 1), n.Column}
}

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) bool {
	d.errs.add(d.pos(n), format, args...)
	return false
}

// given reports whether the file has the value that out points to, right or wrong.
func (d *decoder) given(out any) bool {
	return d.where.has(out) || d.bad[out]
}
