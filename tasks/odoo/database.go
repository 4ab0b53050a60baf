package odoo

import (
	"cmp"
	"fmt"

	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.database", "the databases of each deployment are set up with Odoo's base module, without demo data", func() tasks.Task { return &Database{} })
}

// Database sets up the databases of a deployment on its first Odoo host, once.
// The other hosts wait for it: an Odoo that starts on an empty database stays
// broken until it is restarted.
type Database struct{}

// Plan implements tasks.Task.
func (Database) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		if i.PostgreSQL != nil {
			first = cmp.Or(first, i.databases(h))
		}
	}
	return first
}

func (i Instance) databases(h *tasks.Host) error {
	if ok, err := ready(h, i.Deployment); !ok {
		return err
	}
	major, err := Major(h, i.Deployment)
	if err != nil {
		return err
	}
	c, err := server(h, i.Deployment)
	if err != nil {
		return err
	}
	leader := i.Odoo.Hosts[0]
	for _, name := range i.Odoo.Databases {
		if c.Database(name).Odoo() != "" {
			continue
		}
		i.restart(h, "database "+name+" is new")
		if h.Host != leader {
			h.After(leader.Name, "sets up database "+name)
			continue
		}
		demo := "--without-demo=all"
		if major >= 19 {
			demo = "--without-demo=True"
		}
		h.Command(tasks.Command{
			Title:  fmt.Sprintf("set up Odoo in database %s", name),
			Run:    fmt.Sprintf("%s %s --config %s --database '%s' --init base %s --stop-after-init %s --workers=0 --max-cron-threads=0", i.as(), i.Program, i.Config, name, demo, noHTTP(major)),
			Before: i.Unit,
			Within: 1200,
		})
	}
	return nil
}
