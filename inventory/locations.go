package inventory

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Location is a location of the operator's own in a site.
type Location struct {
	Match string   // what it is for, as nginx has it: = /robots.txt
	Lines []string // its directives
	Pos   Pos
}

// Locations are in the order of the file.
type Locations []Location

func (l *Locations) decodeYAML(d *decoder, n *yaml.Node) bool {
	if !d.isMapping(n) {
		return false
	}
	*l = nil
	for _, p := range d.pairs(n) {
		one := Location{Match: p.name, Pos: d.pos(p.key)}
		d.inside(p.name, func() {
			switch v := resolve(p.value); {
			case v.Kind == yaml.ScalarNode && v.ShortTag() == "!!str": // a block of lines
				one.Lines = strings.Split(strings.TrimRight(v.Value, "\n"), "\n")
			case !d.decode(v, &one.Lines):
				return
			}
			*l = append(*l, one)
		})
	}
	return true
}

// checkLocations asks who knows nginx.
func (d *decoder) checkLocations(n *Nginx) {
	for _, l := range n.Locations {
		if d.opts.Location == nil {
			return
		}
		if err := d.opts.Location(n, l); err != nil {
			d.errs.add(l.Pos, "location %v", err)
		}
	}
}
