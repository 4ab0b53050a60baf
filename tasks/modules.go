package tasks

import (
	"fmt"
	"strings"
)

// kindOdoo is the question for what Odoo has in a database: DATABASE, or DATABASE
// MODULE.
const kindOdoo = "odoo"

// module is a row of ir_module_module.
type module struct{ State, Version string }

// Odoo returns the version of Odoo's base module that is installed in the
// database, such as 14.0.1.3; "" where there is none or it was not read.
func (d *Database) Odoo() string {
	if state, version := d.Module("base"); state == "installed" || state == "to upgrade" {
		return version
	}
	return ""
}

// Module returns what Odoo says of a module in the database: its state, such as
// installed, and the version that is installed. Both are "" where Odoo does not
// know the module, or it was not read.
func (d *Database) Module(name string) (state, version string) {
	if name == "base" {
		d.c.h.AskOdoo(d.name)
	} else {
		d.c.h.AskOdoo(d.name, name)
	}
	s, _ := d.c.state(kindDatabase, d.name).(database)
	return s.modules[name].State, s.modules[name].Version
}

// readOdoo asks each database for the modules that are of interest, in a loop
// over clusters. A database without Odoo says nothing.
func readOdoo(questions []string) string {
	modules := map[string][]string{}
	var order []string
	for _, q := range questions {
		db, name, named := strings.Cut(q, " ")
		if modules[db] == nil {
			order = append(order, db)
			modules[db] = []string{"base"}
		}
		if named {
			modules[db] = append(modules[db], name)
		}
	}
	var b strings.Builder
	for _, db := range order {
		sql := fmt.Sprintf("select concat_ws(chr(9), 'odoo', %s, name, state, coalesce(latest_version, '')) from ir_module_module where name in (%s) order by name", literal(db), literals(modules[db]))
		fmt.Fprintf(&b, "\tas_postgres \"$b\" -XAtq -h \"$sock\" -p \"$port\" -d %s -c %s 2>/dev/null\n", quote(db), quote(sql))
	}
	return b.String()
}

// learnOdoo takes one row: database, module, state, version.
func (c *Cluster) learnOdoo(f []string) error {
	if len(f) != 4 {
		return fmt.Errorf("read Odoo's modules in PostgreSQL %s: %q", c.ID(), f)
	}
	k := key{kindDatabase, c.ID() + " " + f[0]}
	d, ok := c.h.before[k].(database)
	if !ok {
		return nil
	}
	if d.modules == nil {
		d.modules = map[string]module{}
	}
	d.modules[f[1]] = module{State: f[2], Version: f[3]}
	c.h.before[k] = d
	return nil
}
