package inventory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Modules are Odoo modules that every database of a deployment has.
type Modules struct {
	Install []string `yaml:"install"` // installed where they are not
	Update  []string `yaml:"update"`  // updated where the version on disk is not the one in the database
	Stop    *bool    `yaml:"stop"`    // stop Odoo on all hosts during the work; left out, true
	Pos     Pos      `yaml:"-"`
}

// Stops reports whether Odoo is stopped on all hosts while modules are installed or updated.
func (m Modules) Stops() bool { return m.Stop == nil || *m.Stop }

// All returns each module once.
func (m Modules) All() []string {
	all := slices.Concat(m.Install, m.Update)
	slices.Sort(all)
	return slices.Compact(all)
}

// moduleName is what Odoo accepts as a module's folder: a Python package.
var moduleName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// ParseModules reads comma-separated names of modules; none for "".
func ParseModules(text string) (list []string, err error) {
	for name := range strings.SplitSeq(text, ",") {
		switch name = strings.TrimSpace(name); {
		case text == "":
		case !moduleName.MatchString(name):
			return nil, fmt.Errorf("module %q: a name is made of letters, digits and _", name)
		default:
			list = append(list, name)
		}
	}
	return list, nil
}

func (d *decoder) checkModules(m *Modules) {
	for _, list := range [][]string{m.Install, m.Update} {
		d.checkEach(list, "module", func(name string) error {
			if !moduleName.MatchString(name) {
				return fmt.Errorf("module %q: a name is made of letters, digits and _", name)
			}
			return nil
		})
	}
}
