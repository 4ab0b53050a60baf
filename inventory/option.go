package inventory

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Option is one setting of odoo.conf or postgresql.conf.
type Option struct {
	Name   string
	Value  Scalar
	Secret Secret // instead of Value; in odoo.conf only
	Pos    Pos
}

// Scalar is a value of an Option: its text, and what YAML takes the text for.
type Scalar struct {
	Text string // as written; true and false in lower case
	Kind Kind
}

// Kind is the YAML type of a Scalar.
type Kind int

// The kinds of a Scalar.
const (
	String Kind = iota
	Int
	Float
	Bool
)

// String returns the kind's name.
func (k Kind) String() string { return [...]string{"text", "integer", "number", "boolean"}[k] }

// options reads a mapping of names to scalars, or to where secrets are. Position and
// order are those of the file.
func (d *decoder) options(n *yaml.Node, out *[]Option) bool {
	if !d.isMapping(n) {
		return false
	}
	*out = nil
	for _, p := range d.pairs(n) {
		o := Option{Name: p.name, Pos: d.pos(p.key)}
		d.inside(p.name, func() {
			if isSecret := resolve(p.value).Kind == yaml.MappingNode; isSecret && d.decode(p.value, &o.Secret) || !isSecret &&
				d.decode(p.value, &o.Value) {
				*out = append(*out, o)
			}
		})
	}
	return true
}

func (s *Scalar) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return d.errorf(n, "%s is %s: want a single value", d.key(), kindName(n))
	}
	switch n.ShortTag() {
	case "!!int":
		var number int
		s.Text, s.Kind = n.Value, Int
		return d.integer(n, &number)
	case "!!float":
		s.Kind = Float
		return d.text(n, &s.Text)
	case "!!bool":
		s.Text, s.Kind = strings.ToLower(n.Value), Bool
		return true
	}
	s.Kind = String
	return d.text(n, &s.Text)
}
