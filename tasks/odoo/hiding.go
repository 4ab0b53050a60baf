package odoo

import (
	"regexp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
)

// hiding shows those of Odoo's own options in an odoo.conf that are no secrets, and
// values that the inventory has in clear, if they are the same. All else is hidden: the
// meaning of a module's option is unknown, and a former secret may no longer be in the
// inventory.
func hiding(o *inventory.Odoo) tasks.Hiding {
	type place struct{ section, name string }
	clear, secret := map[place]string{}, map[place]bool{}
	note := func(section string, list []inventory.Option) {
		for _, opt := range list {
			at := place{section, newest(opt.Name)}
			if opt.Secret.IsZero() {
				clear[at], _ = valueOf(opt) // fails only for secrets
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

// tellsSecret matches names that suggest a secret, even if the inventory has the value
// in clear.
var tellsSecret = regexp.MustCompile(`(?i)pass|pwd|pw$|secret|token|key|dsn|cred|auth|private|webhook|cookie|salt`)
