package tasks

import (
	"fmt"
	"strings"
)

// database is a PostgreSQL database.
type database struct {
	Owner    string `json:"owner"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`

	modules map[string]module // of Odoo, those that were asked for
}

func (d database) same(s State) bool {
	o, ok := s.(database)
	return ok && d.Owner == o.Owner
}

// Database is a database of a PostgreSQL cluster, to read and to edit.
type Database struct {
	c    *Cluster
	name string
}

// Database returns the database of that name.
func (c *Cluster) Database(name string) *Database { return &Database{c, name} }

// Exists reports whether the cluster has the database.
func (d *Database) Exists() bool { return d.c.state(kindDatabase, d.name) != nil }

// SetOwner makes sure that the database exists and belongs to this role. A new
// one has encoding UTF8 and collation C, as Odoo itself makes it.
func (d *Database) SetOwner(owner string) {
	s, _ := d.c.state(kindDatabase, d.name).(database)
	s.Owner = owner
	d.c.setState(kindDatabase, d.name, s)
}

func showDatabase(before, after State) []string {
	a, has := after.(database)
	if !has {
		return nil
	}
	if b, had := before.(database); had {
		return []string{"owner " + b.Owner + " -> " + a.Owner}
	}
	return []string{"owner " + a.Owner}
}

func makeDatabase(s *script, name string, before, after State) {
	id, db, _ := strings.Cut(name, " ")
	a, has := after.(database)
	switch {
	case !has:
		// Only a database that this run made is ever dropped, and only while
		// nobody is in it: DROP DATABASE refuses otherwise.
		s.sql(id, "postgres", "DROP DATABASE IF EXISTS "+ident(db)+";")
	case before == nil:
		s.sql(id, "postgres", fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';", ident(db), ident(a.Owner)))
	default:
		s.sql(id, "postgres", fmt.Sprintf("ALTER DATABASE %s OWNER TO %s;", ident(db), ident(a.Owner)))
	}
}
