package inventory

import (
	"fmt"
	"strings"
)

// readGroups reads the groups and tells each host which it belongs to.
func (d *decoder) readGroups(doc *document) {
	if doc.Groups == nil {
		return
	}
	d.inside("groups", func() {
		if !d.isMapping(doc.Groups) {
			return
		}
		var groups []*Group
		for _, p := range d.pairs(doc.Groups) {
			g := &Group{Name: p.name}
			d.inside(p.name, func() { d.decode(p.value, g) })
			g.Pos = d.pos(p.key)
			if !d.claimName("group", g.Name, g.Pos) || d.bad[g] {
				continue
			}
			if !d.given(&g.Hosts) {
				d.errs.add(g.Pos, "group %s has no hosts", g.Name)
			}
			d.checkSSH(&g.SSH)
			d.groupBodies[g.Name] = p.value
			for _, h := range g.Hosts {
				h.Groups = append(h.Groups, g.Name)
			}
			groups = append(groups, g)
		}
		d.inv.Groups = groups
	})
	for _, g := range d.inv.Groups {
		d.inv.groups[g.Name] = g
	}
}

// claimName checks the name of a host, group or deployment, and that it is given once.
// Match takes all of them, and they are part of file names on hosts, so they share one
// name space in which case does not count.
func (d *decoder) claimName(kind, name string, at Pos) bool {
	if err := checkName(name); err != nil {
		d.errs.add(at, "%s %v", kind, err)
		return false
	}
	folded := strings.ToLower(name)
	for _, role := range roles {
		if folded == role {
			d.errs.add(at, "%s %s: %s is the name of a role; choose another", kind, name, role)
			return false
		}
	}
	if other, taken := d.names[folded]; taken {
		place := fmt.Sprintf("line %d", other.at.Line)
		if other.at.File != at.File {
			place = other.at.String()
		}
		d.errs.add(at, "duplicate name: %s %s, but %s %s is at %s", kind, name, other.kind, other.name, place)
		return false
	}
	d.names[folded] = claim{kind, name, at}
	return true
}

type claim struct {
	kind, name string
	at         Pos
}
