package inventory

import (
	"net/netip"
	"strings"

	"gopkg.in/yaml.v3"
)

// Reach says who is let in: in the file true (everybody), false (no one) or a list of ranges.
type Reach struct {
	All    bool
	Ranges []netip.Prefix
}

func (r *Reach) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" {
		return d.boolean(n, &r.All)
	}
	if n.Kind == yaml.ScalarNode && !strings.ContainsAny(n.Value, ".:") {
		return d.errorf(n, "%s is %s: want true, false, or a list of ranges such as 192.168.1.0/24", d.key(), shown(n))
	}
	return list(d, n, &r.Ranges, d.prefix)
}
