package inventory

import (
	"reflect"

	"gopkg.in/yaml.v3"
)

// Rolling is how an apply goes over the hosts of an Odoo that serve. The zero value goes
// from one to the next, drains each, and shows the maintenance page where no other serves.
type Rolling struct {
	Off   bool // all at once, and users notice
	Spare bool `yaml:"spare"` // a second Odoo serves beside one that restarts, where no other host does
	Pos   Pos
}

// rollingOff is the text that stands for Rolling.Off.
const rollingOff = "off"

func (r *Rolling) decodeYAML(d *decoder, n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.MappingNode:
		before := len(d.errs.list)
		return d.structure(n, reflect.ValueOf(r).Elem()) && len(d.errs.list) == before
	case n.Kind == yaml.ScalarNode && n.Value == rollingOff:
		r.Off = true
		return true
	}
	return d.errorf(n, "rolling is %s: say off or {spare: true}, or leave it out", shown(n))
}

// sparePorts is how far the ports of a spare Odoo are above those of the one that it stands in for.
const sparePorts = 10000

// SparePort returns the port of a spare Odoo for one of the Odoo's own.
func SparePort(port int) int { return port + sparePorts }

// checkRolling checks what a spare Odoo needs.
func (d *decoder) checkRolling(dep *Deployment) {
	o := dep.Odoo
	if !o.Rolling.Spare {
		return
	}
	at := d.at(&o.Rolling.Spare)
	http, chat := o.Ports()
	switch {
	case dep.Nginx == nil:
		d.errs.add(at, "spare: deployment %s has no nginx that could send requests to a spare Odoo", dep.Name)
	case o.Runs() == ModeWSGI:
		d.errs.add(at, "spare: mode wsgi has none: its services are restarted while users see the maintenance page")
	case SparePort(max(http, chat)) > 65535:
		d.errs.add(at, "spare: a spare Odoo listens on ports %d above those of the Odoo, and %d is the last: give %s ports "+
			"up to %d", sparePorts, 65535, dep.Name, 65535-sparePorts)
	}
}
