package tasks

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// kindOdoo is the question for what Odoo has in a database: DATABASE, or DATABASE
// MODULE.
const kindOdoo = "odoo"

// module is a row of ir_module_module.
type module struct{ State, Version string }

// Odoo returns the version of Odoo's base module that is installed in the
// database, such as 14.0.1.3; "" where there is none or it was not asked yet. It fails
// where that cannot be told: to take such a database for one without Odoo would set
// Odoo up in it once more.
func (d *Database) Odoo() (version string, err error) {
	state, version := d.Module("base")
	if s, _ := d.c.state(kindDatabase, d.name).(database); s.unread != "" {
		return "", fmt.Errorf("what Odoo has in database %s of %s (PostgreSQL %s, owner %s) cannot be told: %s", d.name, d.c.h.Name, d.c.ID(), s.Owner, s.unread)
	}
	if state == "installed" || state == "to upgrade" {
		return version, nil
	}
	return "", nil
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

// odooIn lists the databases that are asked for Odoo, and the modules that are of
// interest in one of them.
func odooIn(questions []string) (databases, modules []string) {
	modules = []string{"base"}
	for _, q := range questions {
		db, name, named := strings.Cut(q, " ")
		if !slices.Contains(databases, db) {
			databases = append(databases, db)
		}
		if named && !slices.Contains(modules, name) {
			modules = append(modules, name)
		}
	}
	return databases, modules
}

// mostOfRow is what a host shows of a row: module, state and version.
const mostOfRow = 1000

// learnOdoo takes in what a database says of its Odoo: what its table is, and rows.
func (c *Cluster) learnOdoo(name string, answers map[string]string) {
	k := key{kindDatabase, c.ID() + " " + name}
	d, ok := c.h.before[k].(database)
	if !ok {
		return
	}
	head, rows, _ := strings.Cut(answers["odoo "+name], "\n")
	var table struct {
		Kind string `json:"kind"`
		Text bool   `json:"text"`
	}
	_, done := answers["odoo.done "+name]
	switch wrong := head != "" && json.Unmarshal([]byte(head), &table) != nil; {
	case !done || wrong:
		said := strings.Join(strings.Fields(answers["odoo.said "+name]), " ")
		d.unread = "psql said: " + cmp.Or(said, "nothing")
	case head == "":
	case table.Kind != "r":
		d.unread = fmt.Sprintf("public.ir_module_module is %s, and Odoo's own is a table. odooctl asks no other: that would run what its owner has put there. Look at it with \\d+ public.ir_module_module in psql", pick(table.Kind == "v", "a view", "of kind "+strconv.Quote(table.Kind)+" (pg_class.relkind)"))
	case !table.Text:
		d.unread = "in public.ir_module_module the columns name, state and latest_version are not of plain text, as Odoo's own are. Look at it with \\d+ public.ir_module_module in psql"
	}
	d.modules = map[string]module{}
	for row := range strings.Lines(rows) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(f) != 3 || len(row) > mostOfRow {
			d.unread = fmt.Sprintf("a row of public.ir_module_module is no module of Odoo's: %.200q", row)
			break
		}
		d.modules[copied(f[0])] = module{State: copied(f[1]), Version: copied(f[2])}
	}
	c.h.before[k] = d
}

// copied reads a value as COPY writes it (PostgreSQL, COPY, "Text Format"); none is "".
func copied(value string) string {
	if value == `\N` {
		return ""
	}
	return unescape.Replace(value)
}

var unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r", `\b`, "\b", `\f`, "\f", `\v`, "\v")
