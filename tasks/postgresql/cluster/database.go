package cluster

import (
	"fmt"
	"strings"

	"odooctl/tasks"
)

var databases = &tasks.Kind{
	Name: "database", Show: showDatabase, What: inCluster("database"), Compile: compileDatabase,
}

// database is a PostgreSQL database.
type database struct {
	Owner    string `json:"owner"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`
	Private  bool   `json:"private"` // PUBLIC may not connect
	Clients  int    `json:"clients"` // connections when it was read

	of *Cluster // its cluster
}

// Same implements tasks.State.
func (d database) Same(s tasks.State) bool {
	o, ok := s.(database)
	return ok && d.Owner == o.Owner && d.Private == o.Private
}

// Database is a database of a PostgreSQL cluster, to read and to edit.
type Database struct {
	c    *Cluster
	name string
}

// Database returns the database of that name.
func (c *Cluster) Database(name string) *Database { return &Database{c, name} }

// Exists reports whether the cluster has the database.
func (d *Database) Exists() bool { return databases.Now(d.c.h, d.c.key(d.name)) != nil }

// SetOwner ensures that the database exists and belongs to this role. A new one has
// encoding UTF8 and collation C, as Odoo itself creates it.
func (d *Database) SetOwner(owner string) {
	s := d.state()
	s.Owner = owner
	d.set(s)
}

// Owner returns the role that the database belongs to.
func (d *Database) Owner() string { return d.state().Owner }

// Clients returns the number of connections to the database when it was read.
func (d *Database) Clients() int { return d.state().Clients }

// Databases lists the databases that the cluster had when it was read, without
// templates, sorted.
func (c *Cluster) Databases() []string { return c.names(databases) }

// SetPrivate revokes the right to connect from everybody but the owner and superusers.
// A new database is open to all roles.
func (d *Database) SetPrivate() {
	s := d.state()
	s.Private = true
	d.set(s)
}

func (d *Database) state() database {
	s, _ := databases.Now(d.c.h, d.c.key(d.name)).(database)
	return s
}

func (d *Database) set(s database) {
	s.of = d.c
	databases.Set(d.c.h, d.c.key(d.name), s)
}

func showDatabase(before, after tasks.State) (parts []string) {
	a, has := after.(database)
	b, had := before.(database)
	if !has {
		return nil
	}
	if !had {
		parts = append(parts, "owner "+a.Owner)
	} else if a.Owner != b.Owner {
		parts = append(parts, "owner "+b.Owner+" -> "+a.Owner)
	}
	if a.Private != b.Private {
		parts = append(parts, pick(a.Private, "closed to PUBLIC", "open to PUBLIC"))
	}
	return parts
}

func compileDatabase(s *tasks.Script, name string, before, after tasks.State) {
	_, db, _ := strings.Cut(name, " ")
	a, has := after.(database)
	b, had := before.(database)
	if !has {
		// Only a database that this run made is ever dropped, and only while it is
		// unused: DROP DATABASE refuses otherwise.
		b.of.sql(s, "DROP DATABASE IF EXISTS "+Ident(db)+";")
		return
	}
	var sql []string
	if !had {
		sql = append(sql,
			fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';",
				Ident(db), Ident(a.Owner)))
	} else if a.Owner != b.Owner {
		sql = append(sql, fmt.Sprintf("ALTER DATABASE %s OWNER TO %s;", Ident(db), Ident(a.Owner)))
	}
	if a.Private != b.Private {
		form := pick(a.Private, "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC;",
			"GRANT CONNECT, TEMPORARY ON DATABASE %s TO PUBLIC;")
		sql = append(sql, fmt.Sprintf(form, Ident(db)))
	}
	a.of.sql(s, strings.Join(sql, "\n"))
}
