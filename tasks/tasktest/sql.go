package tasktest

import (
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
		running := h.units[c.unit()].active
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

var (
	createRole     = regexp.MustCompile(`^CREATE ROLE "([^"]+)"$`)
	alterRole      = regexp.MustCompile(`^ALTER ROLE "([^"]+)" (.+)$`)
	dropRole       = regexp.MustCompile(`^DROP ROLE IF EXISTS "([^"]+)"$`)
	createDatabase = regexp.MustCompile(`^CREATE DATABASE "([^"]+)" OWNER "([^"]+)" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'$`)
	alterDatabase  = regexp.MustCompile(`^ALTER DATABASE "([^"]+)" OWNER TO "([^"]+)"$`)
	dropDatabase   = regexp.MustCompile(`^DROP DATABASE IF EXISTS "([^"]+)"$`)
	closeDatabase  = regexp.MustCompile(`^(REVOKE|GRANT) CONNECT, TEMPORARY ON DATABASE "([^"]+)" (?:FROM|TO) PUBLIC$`)
	limit          = regexp.MustCompile(` ?CONNECTION LIMIT (-?\d+)`)
	until          = regexp.MustCompile(` ?VALID UNTIL '([^']*)'`)
	password       = regexp.MustCompile(` ?PASSWORD (?:NULL|'([^']*)')`)
)

// sql runs statements on the server that listens on the port. It knows those of the
// tasks, and refuses what a real server would.
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

func (c *cluster) execute(statement string) error {
	match := func(re *regexp.Regexp) []string { return re.FindStringSubmatch(statement) }
	owner := func(name string) error {
		if c.roles[name] == nil {
			return fmt.Errorf("there is no role %s", name)
		}
		return nil
	}
	if strings.HasPrefix(statement, "SET log_") {
		return nil
	}
	if m := match(createRole); m != nil {
		if c.roles[m[1]] != nil {
			return fmt.Errorf("the role exists")
		}
		c.roles[m[1]] = &role{}
		return nil
	}
	if m := match(alterRole); m != nil {
		if err := owner(m[1]); err != nil {
			return err
		}
		return c.roles[m[1]].alter(m[2])
	}
	if m := match(dropRole); m != nil {
		for name, d := range c.databases {
			if d.Owner == m[1] {
				return fmt.Errorf("the role owns the database %s", name)
			}
		}
		delete(c.roles, m[1])
		return nil
	}
	if m := match(createDatabase); m != nil {
		if c.databases[m[1]] != nil {
			return fmt.Errorf("the database exists")
		}
		c.databases[m[1]] = &database{Owner: m[2]}
		return owner(m[2])
	}
	if m := match(alterDatabase); m != nil {
		if c.databases[m[1]] == nil {
			return fmt.Errorf("there is no such database")
		}
		c.databases[m[1]].Owner = m[2]
		return owner(m[2])
	}
	if m := match(closeDatabase); m != nil {
		if c.databases[m[2]] == nil {
			return fmt.Errorf("there is no such database")
		}
		c.databases[m[2]].Private = m[1] == "REVOKE"
		return nil
	}
	if m := match(dropDatabase); m != nil {
		delete(c.databases, m[1])
		return nil
	}
	return fmt.Errorf("a fake server does not know this statement")
}

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
