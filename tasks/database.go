package tasks

import (
	"fmt"
	"sort"
	"strings"
)

var databases = &Kind{Name: kindDatabase, Show: showDatabase, What: inCluster(kindDatabase), Compile: makeDatabase}

// database is a PostgreSQL database.
type database struct {
	Owner    string `json:"owner"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`
	Private  bool   `json:"private"` // PUBLIC may not connect
	Clients  int    `json:"clients"` // connected when it was read

	modules map[string]module // of Odoo, those that were asked for
	unread  string            // why it cannot be told what Odoo has
}

func (d database) Same(s State) bool {
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
func (d *Database) Exists() bool { return d.c.state(kindDatabase, d.name) != nil }

// SetOwner makes sure that the database exists and belongs to this role. A new
// one has encoding UTF8 and collation C, as Odoo itself makes it.
func (d *Database) SetOwner(owner string) {
	s, _ := d.c.state(kindDatabase, d.name).(database)
	s.Owner = owner
	d.c.setState(kindDatabase, d.name, s)
}

// Owner returns the role that the database belongs to.
func (d *Database) Owner() string {
	s, _ := d.c.state(kindDatabase, d.name).(database)
	return s.Owner
}

// Clients returns how many were connected to the database when it was read.
func (d *Database) Clients() int {
	s, _ := d.c.state(kindDatabase, d.name).(database)
	return s.Clients
}

// Databases lists the databases that the cluster had when it was read, without
// templates, in order.
func (c *Cluster) Databases() (names []string) {
	for k, s := range c.h.before {
		if name, ok := strings.CutPrefix(k.name, c.ID()+" "); ok && k.kind == kindDatabase && s != nil {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// SetPrivate takes the right to connect away from everybody but the owner and
// superusers. A new database is open to all roles.
func (d *Database) SetPrivate() {
	s, _ := d.c.state(kindDatabase, d.name).(database)
	s.Private = true
	d.c.setState(kindDatabase, d.name, s)
}

func showDatabase(before, after State) (parts []string) {
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

func makeDatabase(s *Script, name string, before, after State) {
	id, db, _ := strings.Cut(name, " ")
	a, has := after.(database)
	b, had := before.(database)
	if !has {
		// Only a database that this run made is ever dropped, and only while
		// nobody is in it: DROP DATABASE refuses otherwise.
		s.sql(id, "postgres", "DROP DATABASE IF EXISTS "+ident(db)+";")
		return
	}
	var sql []string
	if !had {
		sql = append(sql, fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';", ident(db), ident(a.Owner)))
	} else if a.Owner != b.Owner {
		sql = append(sql, fmt.Sprintf("ALTER DATABASE %s OWNER TO %s;", ident(db), ident(a.Owner)))
	}
	if a.Private != b.Private {
		form := pick(a.Private, "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC;", "GRANT CONNECT, TEMPORARY ON DATABASE %s TO PUBLIC;")
		sql = append(sql, fmt.Sprintf(form, ident(db)))
	}
	s.sql(id, "postgres", strings.Join(sql, "\n"))
}
