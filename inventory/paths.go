package inventory

import (
	"path/filepath"
	"strings"
)

// absolute returns a path of the operator's machine: ~ is the home folder, a relative
// path starts at the inventory's folder.
func (d *decoder) absolute(at Pos, name string) string {
	switch {
	case name == "":
		d.errs.add(at, "a path is empty")
		return ""
	case name == "~" || strings.HasPrefix(name, "~/"):
		if d.opts.Home == "" {
			d.errs.add(at, "%s: the home folder is not known (is HOME set?); write the whole path", name)
			return ""
		}
		return filepath.Join(d.opts.Home, name[1:])
	case name[0] == '~':
		d.errs.add(at, "%s: only ~/ stands for a home folder; write the whole path", name)
		return ""
	case filepath.IsAbs(name):
		return filepath.Clean(name)
	}
	return filepath.Join(d.dirOf(at), name)
}

// absoluteEach makes the paths of a list absolute in place; each keeps its position.
func (d *decoder) absoluteEach(names []string) {
	for i := range names {
		names[i] = d.absolute(d.at(&names[i]), names[i])
	}
}
