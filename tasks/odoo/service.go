package odoo

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.service", "Odoo starts with the machine, runs, and answers", func() tasks.Task { return &Service{} })
	tasks.Register("odoo.database", "the databases of each deployment are set up with Odoo's base module, without demo data", func() tasks.Task { return &Database{} })
}

// Service keeps Odoo running, and proves after a restart that it answers.
type Service struct{}

// Plan implements tasks.Task.
func (Service) Plan(h *tasks.Host) error {
	d, err := only(h)
	if d == nil {
		return err
	}
	u := h.Unit(Unit)
	if ok, err := ready(h, d); !ok {
		return err
	}
	if err := u.Run(); err != nil {
		return err
	}
	h.Uses(tasks.Use{Unit: Unit, Files: []string{Config}})
	h.Check(tasks.Check{Unit: Unit, Title: "odoo reads odoo.conf", Run: reads})
	h.Prove(Unit, tasks.Proof{After: answers(d, h), Within: 120})
	return nil
}

// reads has the installed Odoo's own parser read the file, as the service would:
// as its user and in its environment.
const reads = `cd / && setpriv --reuid=odoo --regid=odoo --init-groups env HOME=/var/lib/odoo $(systemctl show -p Environment --value ` + Unit + `) python3 -W ignore -c '
import sys
sys.argv = ["odoo"]
import odoo
from odoo.tools import config
config.parse_config(["-c", "` + Config + `"])'`

// answers is shell that succeeds when Odoo answers HTTP at all, whatever it says:
// the databases may be none of this host's business. Odoo brings Python along.
func answers(d *inventory.Deployment, h *tasks.Host) string {
	return fmt.Sprintf(`python3 -c '
import http.client, sys
for host in ("127.0.0.1", sys.argv[1]):
    try:
        c = http.client.HTTPConnection(host, int(sys.argv[2]), timeout=10)
        c.request("GET", "/web/webclient/version_info")
        if c.getresponse().status < 500: sys.exit(0)
    except OSError as e: print(e)
sys.exit(1)' %s %s`, quoteAddress(h.Address), port(d))
}

// quoteAddress keeps an address a word of its own; the loader has refused what
// is neither a name nor a number.
func quoteAddress(a string) string { return "'" + a + "'" }

// Database sets up the databases of a deployment on its first Odoo host, once.
// The other hosts wait for it: an Odoo that starts on an empty database stays
// broken until it is restarted.
type Database struct{}

// Plan implements tasks.Task.
func (Database) Plan(h *tasks.Host) error {
	d, err := only(h)
	if d == nil || d.PostgreSQL == nil {
		return err
	}
	if ok, err := ready(h, d); !ok {
		return err
	}
	major, err := Major(h, d)
	if err != nil {
		return err
	}
	c, err := server(h, d)
	if err != nil {
		return err
	}
	leader := d.Odoo.Hosts[0]
	for _, name := range d.Odoo.Databases {
		if c.Database(name).Odoo() != "" {
			continue
		}
		if h.Host != leader {
			h.After(leader.Name, "sets up database "+name)
			h.Notify(Unit, tasks.Restart, "database "+name+" is new")
			continue
		}
		demo := "--without-demo=all"
		if major >= 19 {
			demo = "--without-demo=True"
		}
		h.Command(tasks.Command{
			Title:  fmt.Sprintf("set up Odoo in database %s", name),
			Run:    fmt.Sprintf("cd / && setpriv --reuid=odoo --regid=odoo --init-groups env HOME=/var/lib/odoo %s --config %s --database '%s' --init base %s --stop-after-init --no-http --workers=0 --max-cron-threads=0", Program, Config, name, demo),
			Before: Unit,
			Within: 1200,
		})
		h.Notify(Unit, tasks.Restart, "database "+name+" is new")
	}
	return nil
}
