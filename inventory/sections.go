package inventory

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Section is a section of odoo.conf other than [options], which a module reads, such as
// [queue_job].
type Section struct {
	Name    string
	Options []Option
	Pos     Pos
}

// Sections are in the order of the file.
type Sections []Section

func (s *Sections) decodeYAML(d *decoder, n *yaml.Node) bool {
	if !d.isMapping(n) {
		return false
	}
	*s = nil
	for _, p := range d.pairs(n) {
		section := Section{Name: p.name, Pos: d.pos(p.key)}
		d.inside(p.name, func() {
			if d.decode(p.value, &section.Options) {
				*s = append(*s, section)
			}
		})
	}
	return true
}

// checkModuleOptions checks the options that modules read from odoo.conf. Only the
// modules know which names and values are right.
func (d *decoder) checkModuleOptions(o *Odoo) {
	for _, opt := range o.ModuleOptions {
		if !optionName.MatchString(opt.Name) {
			d.errs.add(opt.Pos, "module option %q: a name in odoo.conf is made of lower-case letters, digits and _", opt.Name)
		}
		if own := ownKeys[opt.Name]; own != "" {
			d.errs.add(opt.Pos, "module option %s is Odoo's, and set by %s: write it there", opt.Name, own)
		}
	}
	for _, s := range o.Sections {
		switch {
		case strings.EqualFold(s.Name, "options"):
			d.errs.add(s.Pos, "section %s is Odoo's own: write options, or module_options for what modules read there", s.Name)
		case s.Name == "DEFAULT":
			d.errs.add(s.Pos, "section DEFAULT would count for every section, Odoo's own too: give each section its options")
		case !sectionName.MatchString(s.Name):
			d.errs.add(s.Pos, "section %q: a name is made of letters, digits and . _ : -", s.Name)
		case len(s.Options) == 0:
			d.errs.add(s.Pos, "section %s is empty", s.Name)
		}
		for _, opt := range s.Options {
			if !optionName.MatchString(opt.Name) {
				d.errs.add(opt.Pos, "option %q of section %s: a name in odoo.conf is made of lower-case letters, digits and _",
					opt.Name, s.Name)
			}
		}
	}
}
