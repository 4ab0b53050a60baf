package odoo

import (
	"strings"
	"unicode"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
)

// options adds the inventory's options, those of modules too; they replace derived
// ones.
func options(list []conf.Setting, o *inventory.Odoo) ([]conf.Setting, error) {
	add := func(key string, opt inventory.Option, s conf.Setting) (err error) {
		s.Name, s.Pos = opt.Name, at(opt.Pos)
		s.Reason = conf.Reason{Key: key + "." + opt.Name, Pos: s.Pos}
		s.Value, err = valueOf(opt)
		list = append(list, s)
		return err
	}
	for _, opt := range o.Options {
		list = without(list, opt.Name)
		if err := add("odoo.options", opt, conf.Setting{}); err != nil {
			return nil, err
		}
	}
	for _, opt := range o.ModuleOptions {
		if err := add("odoo.module_options", opt, conf.Setting{Module: true}); err != nil {
			return nil, err
		}
	}
	for _, s := range o.Sections {
		for _, opt := range s.Options {
			if err := add("odoo.sections."+s.Name, opt, conf.Setting{Module: true, Section: s.Name}); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// valueOf is an option's value in odoo.conf's syntax.
func valueOf(opt inventory.Option) (string, error) {
	switch {
	case !opt.Secret.IsZero():
		return opt.Secret.Reveal()
	case opt.Value.Kind == inventory.Bool:
		return python(opt.Value.Text == "true"), nil
	}
	return opt.Value.Text, nil
}

// checkEncoding checks on the host, if it matters, that Odoo will read the file as
// UTF-8: it uses the encoding of its service's locale, and Python 3.7 and later use
// UTF-8 if there is none.
func (i Instance) checkEncoding(h *tasks.Host, text string) {
	if strings.IndexFunc(text, func(c rune) bool { return c > unicode.MaxASCII }) < 0 {
		return
	}
	h.Check(tasks.Check{Unit: i.Unit, Title: "that Odoo reads " + i.Config + " as UTF-8",
		Run: i.asks("python3", "encoding", i.Config), Live: i.renews(h)})
}
