package odoo

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/dbfilter"
	"odooctl/tasks/odoo/version"
)

// Rule is what odoo.conf of a deployment says of databases, as this version of Odoo
// reads it: 16.0, or a build such as 10.0-20170305.
func Rule(d *inventory.Deployment, version string) (dbfilter.Rule, error) {
	s, err := dbfilter.Of(version)
	return dbfilter.Rule{Semantics: s, Filter: cmp.Or(d.Odoo.DBFilter, s.Default()), Names: d.Odoo.Databases}, err
}

// CheckFilter says why Odoo of a major does not take a filter, or where there is no such major, no Odoo.
func CheckFilter(major int, filter string) (refused error) {
	first, last := major, major
	if major < version.First || major > version.Last {
		first, last = version.First, version.Last
	}
	for m := first; m <= last; m++ {
		s, err := dbfilter.Of(strconv.Itoa(m))
		if err == nil {
			_, err = dbfilter.Rule{Semantics: s, Filter: filter}.Lint(nil, nil)
		}
		var is *dbfilter.Error
		if err == nil || errors.As(err, &is) && is.Python { // that only odooctl cannot tell what it shows is said later
			return nil
		}
		refused = err
	}
	return refused
}

// Listed are the inventory's databases that a deployment's Odoo finds on its server:
// those owned by its role (service/db.py, list_dbs).
func Listed(d *inventory.Deployment) (names []string) {
	seen := map[string]bool{}
	others := []*inventory.Deployment{d}
	if d.PostgreSQL != nil && d.PostgreSQL.Host != nil {
		others = d.PostgreSQL.Host.PostgreSQLOf()
	}
	for _, other := range others {
		if other.Odoo == nil || other != d && !shareRole(other.PostgreSQL, d.PostgreSQL) {
			continue
		}
		for _, name := range other.Odoo.Databases {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

func shareRole(a, b *inventory.PostgreSQL) bool {
	return a != nil && b != nil && a.Host == b.Host && a.Version == b.Version && a.Cluster == b.Cluster &&
		a.Role.Name == b.Role.Name
}

// ServerNames are the host names of a deployment.
func ServerNames(d *inventory.Deployment) []string {
	if d.Nginx == nil {
		return nil
	}
	return d.Nginx.ServerNames
}

// Advise checks a deployment's filter and databases. version is as for Rule. The error
// is a filter that cannot be evaluated.
func Advise(inv *inventory.Inventory, d *inventory.Deployment, version string) (warnings []inventory.Error, err error) {
	return adviseOf(inv, d, version, Listed(d))
}

// adviseOf is Advise for the databases that Odoo lists.
func adviseOf(inv *inventory.Inventory, d *inventory.Deployment, version string, databases []string) (
	warnings []inventory.Error, err error) {
	o := d.Odoo
	at := cmp.Or(inv.Where(&o.DBFilter), inv.Where(&o.Databases), o.Pos)
	add := func(pos inventory.Pos, format string, args ...any) {
		warnings = append(warnings, inventory.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
	}
	r, err := Rule(d, version)
	if err != nil {
		return nil, inventory.Error{Pos: at, Msg: err.Error()}
	}
	names := ServerNames(d)
	if o.DBFilter != "" || len(databases) > 0 {
		found, err := r.Lint(names, databases)
		if err != nil {
			return nil, inventory.Error{Pos: at, Msg: err.Error()}
		}
		for _, text := range found {
			add(at, "%s", text)
		}
	}
	if n := d.Nginx; n != nil && !n.DatabaseManager.All && len(n.DatabaseManager.Ranges) == 0 &&
		r.Ambiguous(names, databases) {
		opens := ", or nginx: {database_manager: [RANGES]} opens the list to these"
		if o.ListDB != nil && !*o.ListDB {
			opens = "" // Odoo closes the list itself
		}
		add(at, "no one can choose a database: /web/login leads to Odoo's list of them, which nginx closes; a dbfilter that "+
			"shows one database under each name makes the choice%s", opens)
	}
	if open := o.ListDB == nil || *o.ListDB; open && r.Unique(names, databases) {
		add(cmp.Or(inv.Where(&o.ListDB), at),
			"every server name shows exactly one database: say list_db: false, which closes the list of databases and what "+
				"manages them")
	}
	if o.DBFilter != "" && len(o.Databases) == 0 {
		add(at, "dbfilter does not count for cron: without databases it runs on every database of the role; name them")
	}
	return warnings, nil
}

// advise shows the findings of Advise on the first host.
func advise(h *tasks.Host, d *inventory.Deployment, major int) error {
	warnings, err := Advise(h.Inventory, d, strconv.Itoa(major))
	if h.Host == d.Odoo.Hosts[0] {
		for _, w := range warnings {
			h.Warn("%s", w.Error())
		}
	}
	return cmp.Or(err, decided(d))
}
