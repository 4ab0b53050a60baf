package odoo

import (
	"cmp"
	"fmt"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
)

func init() {
	tasks.Register("odoo.database",
		"the databases of each deployment are set up with Odoo's base module, without demo data",
		func() tasks.Task { return &Database{} })
}

// Database sets up the databases of a deployment on its first Odoo host, once. The
// other hosts wait for it: an Odoo that starts on an empty database stays broken until
// it is restarted.
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
		if base, err := baseOf(c, name); err != nil {
			return fmt.Errorf("%s: %w", i.Odoo.Pos, err)
		} else if base != "" {
			continue
		}
		i.restart(h, "database "+name+" is new")
		if h.Host != leader {
			h.WaitFor(leader.Name, "sets up database "+name)
			continue
		}
		if err := i.setUp(h, major, name); err != nil {
			return err
		}
	}
	return nil
}

// setUp initializes an empty database for Odoo, with the modules that the inventory
// lists, and sets the administrator's password before anybody can log in as admin with
// the password admin.
func (i Instance) setUp(h *tasks.Host, major int, name string) error {
	modules := strings.Join(append([]string{"base"}, i.Odoo.Modules.Install...), ",")
	c := tasks.Command{
		Title:  fmt.Sprintf("set up Odoo in database %s", name),
		Doing:  "setting up database " + name,
		Makes:  name,
		Run:    i.once(major, name, "--init", modules, version.Of(major).NoDemo),
		Before: i.Unit,
		Within: 1800,
	}
	if i.Odoo.AdminLogin.Password.IsZero() {
		h.Warn("database %s begins with the login admin and the password admin: change it at once", name)
	} else {
		program, err := firstLogin(major, i.Odoo.AdminLogin)
		if err != nil {
			return err
		}
		c.Input = program
		c.Run = strings.TrimSuffix(c.Run, "\n") + "\n[ $? = 0 ] || exit\n" + i.setLogin(major, name)
	}
	h.Command(c)
	return nil
}
