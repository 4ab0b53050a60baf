package tasks

import (
	"fmt"
	"strings"
)

// typeNames are the names of node types for people.
var typeNames = map[NodeType]string{typeFile: "file", typeDir: "directory", typeLink: "link", typeOther: "special file"}

// Attributes describes a path except for its content.
type Attributes struct {
	Type  string // file, directory, link, special file
	Mode  string // octal, such as 0640
	Owner string
	Group string
}

// Attributes returns the attributes of the changed path before and after. Both are nil
// if the change is not of a path, and one of them where the path does not exist.
func (c Change) Attributes() (before, after *Attributes) {
	return attributes(c.Before), attributes(c.After)
}

func attributes(s State) *Attributes {
	n, ok := s.(node)
	if !ok {
		return nil
	}
	return &Attributes{typeNames[n.Type], fmt.Sprintf("%04o", n.Mode), n.Owner, n.Group}
}

// Thing returns the kind and the name of what changes: "file" and
// "/etc/odoo/odoo.conf", "role" and "15/main odoo".
func (c Change) Thing() (kind, name string) {
	before, after := c.Attributes()
	for _, a := range []*Attributes{after, before} {
		if a != nil {
			return a.Type, c.Name
		}
	}
	return c.Kind, c.Name
}

// Masked returns the whole change as text, contents included, with every secret as ***.
// Two changes that differ in nothing but secrets have the same text, whichever run
// planned them.
func (c Change) Masked() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%c %s\n%s\n", c.Sign(), c.What(), c.Summary())
	for _, s := range []State{c.Before, c.After} {
		if n, ok := s.(node); ok {
			n.Content = c.shown(n.Content, nil)
			fmt.Fprintf(&b, "%+v\n", n)
		}
	}
	return b.String()
}
