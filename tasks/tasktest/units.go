package tasktest

import (
	"path"
	"strings"
)

// daemonReload has the fake systemd read its units again: a file of the
// administrator's makes one known, and one of odooctl's is gone with its file.
func (h *host) daemonReload() {
	for p, f := range h.files {
		if name := path.Base(p); path.Dir(p) == "/etc/systemd/system" && strings.HasSuffix(p, ".service") && f.kind == 'f' {
			if _, known := h.units[name]; !known {
				h.units[name] = unit{"disabled", false}
			}
		}
	}
	for name := range h.units {
		if _, there := h.files["/etc/systemd/system/"+name]; !there && defined(name) {
			delete(h.units, name)
		}
	}
}

// defined tells the units that odooctl defines from those that packages bring.
func defined(name string) bool {
	return strings.HasPrefix(name, "odoo-") || strings.HasPrefix(name, "odoo@") || strings.HasPrefix(name, "odooctl-")
}
