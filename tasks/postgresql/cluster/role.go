package cluster

import (
	"fmt"
	"slices"
	"strings"

	"odooctl/tasks"
)

var roles = &tasks.Kind{Name: "role", Show: showRole, What: inCluster("role"), Compile: compileRole}

// role is a PostgreSQL role: its attributes and its password's verifier.
type role struct {
	Super       bool   `json:"super"`
	CreateDB    bool   `json:"createdb"`
	CreateRole  bool   `json:"createrole"`
	Login       bool   `json:"login"`
	Replication bool   `json:"replication"`
	BypassRLS   bool   `json:"bypassrls"`
	Limit       string `json:"limit"`     // of connections; "" = none
	Until       string `json:"until"`     // end of its password's validity; "" = never
	Expired     bool   `json:"expired"`   // that time is past
	Bootstrap   bool   `json:"bootstrap"` // the superuser made by initdb
	Password    string `json:"password"`  // verifier; never shown

	of *Cluster // its cluster
}

// Same implements tasks.State.
func (r role) Same(s tasks.State) bool {
	o, ok := s.(role)
	r.of, o.of = nil, nil
	return ok && r == o
}

// Role is a role of a PostgreSQL cluster, to read and to edit.
type Role struct {
	c    *Cluster
	name string
}

// Role returns the role of that name.
func (c *Cluster) Role(name string) *Role { return &Role{c, name} }

// Exists reports whether the cluster has the role.
func (r *Role) Exists() bool { return roles.Now(r.c.h, r.c.key(r.name)) != nil }

// Verifier returns the stored form of the role's password; "" if it has none.
func (r *Role) Verifier() string { return r.state().Password }

// Super reports whether the role is a superuser.
func (r *Role) Super() bool { return r.state().Super }

// Bootstrap reports whether the role is the superuser made by initdb, which cannot lose
// SUPERUSER.
func (r *Role) Bootstrap() bool { return r.state().Bootstrap }

// Changes reports whether a task has changed the role so far.
func (r *Role) Changes() bool { return roles.Changes(r.c.h, r.c.key(r.name)) }

// SetLogin gives the role LOGIN, and CREATEDB if createDB is set, and no other
// attribute. A connection limit is removed, and so is an expiry of the password that
// has passed.
func (r *Role) SetLogin(createDB bool) {
	s := r.state()
	now := role{Login: true, CreateDB: createDB, Password: s.Password, Until: s.Until}
	if s.Expired {
		now.Until = ""
	}
	r.set(now)
}

// SetVerifier sets the role's password by its stored form, such as a SCRAM-SHA-256
// verifier. The plain password never reaches the server.
func (r *Role) SetVerifier(verifier string) {
	s := r.state()
	s.Password = verifier
	r.set(s)
}

func (r *Role) state() role {
	s, _ := roles.Now(r.c.h, r.c.key(r.name)).(role)
	return s
}

func (r *Role) set(s role) {
	s.of = r.c
	roles.Set(r.c.h, r.c.key(r.name), s)
}

// Superusers returns the roles that were superusers when the server was read, sorted.
func (c *Cluster) Superusers() []string {
	return slices.DeleteFunc(c.names(roles), func(name string) bool {
		r, _ := roles.Was(c.h, c.key(name)).(role)
		return !r.Super
	})
}

// attributes lists the words with which ALTER ROLE changes before to after, one per
// difference.
func (r role) attributes(before role, new bool) (words []string) {
	flags := []struct {
		name      string
		old, want bool
	}{
		{"SUPERUSER", before.Super, r.Super},
		{"CREATEDB", before.CreateDB, r.CreateDB},
		{"CREATEROLE", before.CreateRole, r.CreateRole},
		{"LOGIN", before.Login, r.Login},
		{"REPLICATION", before.Replication, r.Replication},
		{"BYPASSRLS", before.BypassRLS, r.BypassRLS},
	}
	for _, f := range flags {
		if f.old != f.want || (new && f.name != "BYPASSRLS") {
			words = append(words, pick(f.want, f.name, "NO"+f.name))
		}
	}
	if r.Limit != before.Limit {
		words = append(words, "CONNECTION LIMIT "+pick(r.Limit == "", "-1", r.Limit))
	}
	if r.Until != before.Until {
		words = append(words, "VALID UNTIL "+Literal(pick(r.Until == "", "infinity", r.Until)))
	}
	return words
}

func showRole(before, after tasks.State) (parts []string) {
	b, had := before.(role)
	a, has := after.(role)
	if !has {
		return nil
	}
	parts = a.attributes(b, !had)
	if a.Password != b.Password {
		parts = append(parts, pick(b.Password == "", "PASSWORD ***", "PASSWORD *** (changed)"))
	}
	return parts
}

// unlogged keeps the following statements out of the server's log, even if they fail:
// passwords can be tested against a verifier.
const unlogged = "SET log_statement = 'none';\nSET log_min_duration_statement = -1;\n" +
	"SET log_min_error_statement = 'panic';\n"

func compileRole(s *tasks.Script, name string, before, after tasks.State) {
	_, name, _ = strings.Cut(name, " ")
	b, had := before.(role)
	a, has := after.(role)
	if !has {
		b.of.sql(s, "DROP ROLE IF EXISTS "+Ident(name)+";")
		return
	}
	var sql string
	if !had {
		sql = fmt.Sprintf("CREATE ROLE %s;\n", Ident(name))
	}
	words := a.attributes(b, !had)
	if a.Password != b.Password {
		words = append(words, pick(a.Password == "", "PASSWORD NULL", "PASSWORD "+Literal(a.Password)))
		sql = unlogged + sql
	}
	sql += fmt.Sprintf("ALTER ROLE %s %s;", Ident(name), strings.Join(words, " "))
	a.of.sql(s, sql)
}
