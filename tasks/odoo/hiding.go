package odoo

import (
	"regexp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
)

// hiding shows of an odoo.conf the options of Odoo's own that are no secret, and
// beside them what the inventory itself has in clear, that very value. All else is
// hidden: what a module makes of an option nobody knows here, and what the inventory
// gave as a secret yesterday it may not name any more.
func hiding(o *inventory.Odoo) tasks.Hiding {
	type place struct{ section, name string }
	clear, secret := map[place]string{}, map[place]bool{}
	note := func(section string, list []inventory.Option) {
		for _, opt := range list {
			at := place{section, newest(opt.Name)}
			if opt.Secret.IsZero() {
				clear[at], _ = valueOf(opt) // fails for secrets alone
			} else {
				secret[at] = true
			}
		}
	}
	note("options", o.Options)
	note("options", o.ModuleOptions)
	for _, s := range o.Sections {
		note(s.Name, s.Options)
	}
	shown := func(section, name, value string) bool {
		if section == "DEFAULT" {
			section = "options"
		}
		at := place{section, newest(name)}
		own, known := conf.Lookup(name)
		switch given, ok := clear[at]; {
		case secret[at]:
			return false
		case known && section == "options":
			return !own.Secret
		default:
			return ok && given == value && !tellsSecret.MatchString(name)
		}
	}
	return func(text string, mask func(string) string) string { return conf.Mask(text, shown, mask) }
}

// tellsSecret are names by which somebody says that the value is a secret, though an
// inventory may have it in clear.
var tellsSecret = regexp.MustCompile(`(?i)pass|pwd|pw$|secret|token|key|dsn|cred|auth|private|webhook|cookie|salt`)
