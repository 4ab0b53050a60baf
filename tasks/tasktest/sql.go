package tasktest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func init() {
	fakes["cluster"] = fake{answer: answerClusters,
		verbs: map[string]verb{"sql": func(t *transaction, arg []string) error {
			port, err := strconv.Atoi(arg[2])
			if err != nil {
				return err
			}
			return t.h.sql(arg[0], port, t.payload[arg[4]])
		}}}
	for _, kind := range []string{"setting", "role", "database"} { // they come with the cluster
		fakes[kind] = fake{}
	}
}

func answerClusters(h *host, q questions, part func(name, text string)) {
	if len(q["cluster"]) == 0 {
		return
	}
	for i, c := range h.clusters {
		of := func(name, value string) { part(fmt.Sprint(i+1, " ", name), value) }
		running := h.units[c.unit()].active && !c.hidden
		port := ""
		if running {
			port = fmt.Sprint(c.port)
		}
		of("cluster", strings.Join([]string{c.version, c.name, c.config, c.data, port, "/var/run/postgresql", c.unit(),
			c.bin}, "\n")+"\n")
		of("unit", h.properties(c.unit()))
		if !running {
			continue
		}
		of("server", c.row(q["setting"])+"\n")
		of("said", "")
		c.answerOdoo(q["odoo"], of)
	}
}

func (c *cluster) major() int {
	n, _, _ := strings.Cut(c.version, ".")
	m, _ := strconv.Atoi(n)
	return m
}

// sql runs statements on the server that listens on the port. It knows those
// that tasks make, and refuses what a real server would.
func (h *host) sql(version string, port int, text string) error {
	for _, c := range h.clusters {
		if c.version == version && c.port == port && h.units[c.unit()].active {
			for statement := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(text), ";"), ";\n") {
				if err := c.execute(statement); err != nil {
					return fmt.Errorf("%s: %w", statement, err)
				}
			}
			return nil
		}
	}
	return fmt.Errorf("no PostgreSQL %s answers on port %d", version, port)
}

// statements are those that tasks make: what each does with the words in it.
var statements = []statement{
	on(`SET log_.+`, func(*cluster, string, string) error { return nil }),
	on(`CREATE ROLE "([^"]+)"`, func(c *cluster, name, _ string) error { return create(c.roles, name, role{}) }),
	on(`ALTER ROLE "([^"]+)" (.+)`, func(c *cluster, name, to string) error {
		if err := exists(c.roles, name); err != nil {
			return err
		}
		return c.roles[name].alter(to)
	}),
	on(`DROP ROLE IF EXISTS "([^"]+)"`, func(c *cluster, name, _ string) error {
		for db, d := range c.databases {
			if d.Owner == name {
				return fmt.Errorf("the role owns the database %s", db)
			}
		}
		delete(c.roles, name)
		return nil
	}),
	on(`CREATE DATABASE "([^"]+)" OWNER "([^"]+)" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`,
		func(c *cluster, name, to string) error {
			return errors.Join(exists(c.roles, to), create(c.databases, name, database{Owner: to}))
		}),
	on(`ALTER DATABASE "([^"]+)" OWNER TO "([^"]+)"`, func(c *cluster, name, to string) error {
		c.databases[name].Owner = to
		return exists(c.roles, to)
	}),
	on(`REVOKE CONNECT, TEMPORARY ON DATABASE "([^"]+)" FROM PUBLIC`, func(c *cluster, name, _ string) error {
		c.databases[name].Private = true
		return nil
	}),
	on(`GRANT CONNECT, TEMPORARY ON DATABASE "([^"]+)" TO PUBLIC`, func(c *cluster, name, _ string) error {
		c.databases[name].Private = false
		return nil
	}),
	on(`DROP DATABASE IF EXISTS "([^"]+)"`, func(c *cluster, name, _ string) error {
		delete(c.databases, name)
		return nil
	}),
}

type statement struct {
	form *regexp.Regexp
	do   func(c *cluster, name, to string) error
}

func on(form string, do func(c *cluster, name, to string) error) statement {
	return statement{regexp.MustCompile("^" + form + "$"), do}
}

func (c *cluster) execute(statement string) error {
	for _, s := range statements {
		if m := s.form.FindStringSubmatch(statement); m != nil {
			m = append(m, "", "")
			return s.do(c, m[1], m[2])
		}
	}
	return fmt.Errorf("a fake server does not know this statement")
}

func exists[V any](m map[string]*V, name string) error {
	if m[name] == nil {
		return fmt.Errorf("there is no %s", name)
	}
	return nil
}

func create[V any](m map[string]*V, name string, v V) error {
	if m[name] != nil {
		return fmt.Errorf("there is a %s", name)
	}
	m[name] = &v
	return nil
}

var (
	limit    = regexp.MustCompile(` ?CONNECTION LIMIT (-?\d+)`)
	until    = regexp.MustCompile(` ?VALID UNTIL '([^']*)'`)
	password = regexp.MustCompile(` ?PASSWORD (?:NULL|'([^']*)')`)
)

// alter sets the attributes that the words of ALTER ROLE name.
func (r *role) alter(text string) error {
	if m := password.FindStringSubmatch(text); m != nil {
		r.Password = m[1]
		text = strings.Replace(text, m[0], "", 1)
	}
	if m := limit.FindStringSubmatch(text); m != nil {
		r.Limit = strings.Replace(m[1], "-1", "", 1)
		text = strings.Replace(text, m[0], "", 1)
	}
	if m := until.FindStringSubmatch(text); m != nil {
		r.Until = strings.Replace(m[1], "infinity", "", 1)
		r.Expired = r.Until != ""
		text = strings.Replace(text, m[0], "", 1)
	}
	for _, w := range strings.Fields(text) {
		name, off := strings.CutPrefix(w, "NO")
		flag := map[string]*bool{"SUPERUSER": &r.Super, "CREATEDB": &r.CreateDB, "CREATEROLE": &r.CreateRole,
			"LOGIN": &r.Login, "REPLICATION": &r.Replication, "BYPASSRLS": &r.BypassRLS}[name]
		if flag == nil {
			return fmt.Errorf("ALTER ROLE has no %s", w)
		}
		*flag = !off
	}
	return nil
}
