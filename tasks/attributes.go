package tasks

import (
	"fmt"
	"strings"
)

// typeNames is what a person calls the types of what stands at a path.
var typeNames = map[NodeType]string{typeFile: "file", typeDir: "directory", typeLink: "link", typeOther: "special file"}

// Attributes is how a path is, beside its content.
type Attributes struct {
	Type  string // file, directory, link, special file
	Mode  string // octal, such as 0640
	Owner string
	Group string
}

// Attributes returns how the path of the change is before and after it. Both are
// nil for what is no path, and one where the path does not exist.
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

// Thing returns what kind of thing changes and its name: "file" and
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

// Masked returns the whole change as text, contents included, with every secret
// as ***. The texts of two changes are equal where these do the same but for
// secrets, whenever and by whichever run they were planned.
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
