package tasks

import (
	"slices"
	"strings"
)

// Superusers returns the roles that are superusers as the server was read, in
// order.
func (c *Cluster) Superusers() (names []string) {
	for k, s := range c.h.before {
		if r, ok := s.(role); ok && r.Super && k.kind == kindRole {
			if name, ok := strings.CutPrefix(k.name, c.ID()+" "); ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
