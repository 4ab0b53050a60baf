// Package inventory reads the one YAML file that describes a fleet: the hosts, how to
// reach them, and the deployments of Odoo, PostgreSQL and nginx that run on them.
//
//	inv, err := inventory.Load("inventory.yaml", inventory.Options{Env: os.Getenv, Home: home})
//	if err != nil {
//		return err // an Errors: every finding of the file, one per line, each with its position
//	}
//	hosts, err := inv.Match("odoo:!app2")
//
// Load checks the whole file and reports everything it finds at once. What it returns is
// complete: names are resolved to hosts, ranges are expanded, settings are merged
// (defaults, then groups, then the host), paths are made absolute and defaults are filled
// in wherever the file alone decides them. What depends on the state of a host, such as
// the number of workers, stays open.
//
// Hosts may be named by ranges, as keys and in lists: app[1:20]. A range in a host's key
// and one in its address advance together. Ranges need no quotes, not even inside [] and
// {}. Anchors and merge keys work; top-level keys that start with x- are a place for them
// and are not read.
//
// Load reads no secret. A Secret knows where its value comes from, prints as ***
// everywhere, and is read by Reveal.
package inventory
