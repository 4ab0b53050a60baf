package inventory

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// text reads a scalar as it is written. A number is accepted as text (version: 14.0 stays
// 14.0); true, false and an empty value are not.
func (d *decoder) text(n *yaml.Node, out *string) bool {
	if n.Kind != yaml.ScalarNode {
		return d.errorf(n, "%s is %s: want text", d.key(), kindName(n))
	}
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!int", "!!float", "!!timestamp", "!!merge":
	case "!!null":
		return d.errorf(n, "%s has no value", d.key())
	case "!!bool":
		return d.errorf(n, "%s is %s: want text; quote it if you mean the text", d.key(), n.Value)
	default:
		return d.errorf(n, "%s has the tag %s, which an inventory does not use", d.key(), tag)
	}
	if i := strings.IndexFunc(n.Value, isUnprintable); i >= 0 {
		return d.errorf(n, "%s holds a line break or control character: %.60q", d.key(), n.Value)
	}
	*out = n.Value
	return true
}

// isUnprintable reports characters that end a line in some configuration file, that
// reorder what a terminal shows, or that are not valid: systemd drops a variable that has
// one of these (basic/utf8.c, unichar_is_valid).
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' ||
		unicode.In(r, unicode.Bidi_Control, unicode.Noncharacter_Code_Point)
}

// integer reads decimal digits. The library would take 022 for 18, 0x16 for 22 and 1_000 for 1000.
func (d *decoder) integer(n *yaml.Node, out *int) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" {
		return d.errorf(n, "%s is %s: want a whole number%s", d.key(), shown(n), unquoteHint(n))
	}
	digits := strings.TrimPrefix(n.Value, "-")
	if !isDigits(digits) || digits[0] == '0' && len(digits) > 1 {
		return d.errorf(n, "%s is %s, which YAML may read as octal or in another way: write plain decimal digits", d.key(),
			n.Value)
	}
	v, err := strconv.Atoi(n.Value)
	if err != nil {
		return d.errorf(n, "%s is %s: the number is too large", d.key(), n.Value)
	}
	*out = v
	return true
}

func (d *decoder) boolean(n *yaml.Node, out *bool) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		return d.errorf(n, "%s is %s: want true or false", d.key(), shown(n))
	}
	*out = strings.EqualFold(n.Value, "true")
	return true
}

// shown is kindName with the value in place of "text". It is not for secrets.
func shown(n *yaml.Node) string {
	if what := kindName(n); what != "text" {
		return what
	}
	return fmt.Sprintf("%.40q", n.Value)
}

func unquoteHint(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && isDigits(n.Value) {
		return " without quotes"
	}
	return ""
}

// list reads a list; a single item may stand for a list of one.
func list[T any](d *decoder, n *yaml.Node, out *[]T, item func(*yaml.Node, *T) bool) bool {
	items := []*yaml.Node{n}
	switch n.Kind {
	case yaml.SequenceNode:
		items = n.Content
	case yaml.MappingNode:
		return d.errorf(n, "%s is a mapping: want a list", d.key())
	}
	ok := true
	values := make([]T, 0, len(items))
	at := make([]Pos, 0, len(items))
	for _, i := range items {
		var v T
		if i = resolve(i); d.spend(i) && item(i, &v) {
			values, at = append(values, v), append(at, d.pos(i))
		} else {
			ok = false
		}
	}
	for i := range values {
		d.where.put(&values[i], at[i])
	}
	*out = values
	return ok
}
