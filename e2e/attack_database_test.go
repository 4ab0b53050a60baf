//go:build lab

package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// traps are what the owner of a database prepares for whoever queries it.
var traps = []string{"view", "row_security", "child", "json_cast", "operator", "shadow", "settings", "triggers"}

// attackSQL reads a file of the attacks.
func attackSQL(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/attack/" + name + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// withDatabase recreates a database of role odoo, and returns an inventory with it.
func withDatabase(t *testing.T) (file string) {
	t.Helper()
	inDB1(t, "postgres", "postgres", "alter role odoo nosuperuser; drop database if exists attacked;")
	inDB1(t, "postgres", "postgres", "create database attacked owner odoo;")
	inDB1(t, "postgres", "attacked", "grant create on schema public to odoo;") // up to 14, everybody may
	inDB1(t, "odoo", "attacked", attackSQL(t, "look"))
	return edited(t, "databases: [mycompany]", "databases: [mycompany, attacked]", "dbfilter: ^mycompany$",
		"dbfilter: ^(mycompany|attacked)$")
}

// clearDatabases removes all of it. Objects of others in the shared schema are removed
// too.
func clearDatabases(t *testing.T) {
	t.Helper()
	on(t, "db1", "rm -rf /var/lib/postgresql/attacked /var/backups/odooctl")
	inDB1(t, "postgres", "postgres",
		"alter role odoo nosuperuser; drop schema public cascade; create schema public authorization pg_database_owner; "+
			"grant usage on schema public to public; drop database if exists attacked;")
}

// TestAttackDatabase: nothing that the owner of a database prepares in it runs with
// more rights than the owner's, whatever odooctl queries there.
func TestAttackDatabase(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer clearDatabases(t)
	backup := playbook(t, "- hosts: postgresql\n  tasks:\n    - odoo.backup: {of: databases, keep: 1}\n")
	for i, trap := range traps {
		if !each(3, i) {
			continue
		}
		t.Run(trap, func(t *testing.T) {
			file := withDatabase(t)
			sql := attackSQL(t, trap)
			inDB1(t, "odoo", "attacked", sql)
			verbs := [][]string{{"plan", "-l", "db1:app1", file}}
			switch trap {
			case "shadow": // also for queries about the server
				inDB1(t, "postgres", "postgres",
					"grant create on schema public to odoo; grant create on database postgres to odoo;")
				inDB1(t, "odoo", "postgres", attackSQL(t, "look")+sql)
				verbs = append(verbs, []string{"status", file}, []string{"apply", "-l", "db1", "--no-diff", file})
				fallthrough
			case "view":
				verbs = append(verbs, []string{"apply", "-l", "db1", "--playbook", backup, file})
			}
			for _, args := range verbs {
				odooctl(t, args...)
				if ran := on(t, "db1", "cat /var/lib/postgresql/attacked 2>/dev/null || :"); ran != "" {
					t.Errorf("%s ran code of the database's owner with the server's rights: %s", args[0], ran)
				}
				if super := inDB1(t, "postgres", "postgres",
					"select rolname from pg_roles where rolsuper;"); super != "postgres\n" {
					t.Errorf("after %s, superusers are %q", args[0], super)
				}
				on(t, "db1", "rm -f /var/lib/postgresql/attacked")
				inDB1(t, "postgres", "postgres", "alter role odoo nosuperuser;")
			}
		})
	}
	settles(t)
}

// TestForgedAnswers: what somebody wrote into a table, a comment or a name is not taken
// for an answer about the server.
func TestForgedAnswers(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer clearDatabases(t)
	t.Run("a table", func(t *testing.T) {
		file := withDatabase(t)
		inDB1(t, "postgres", "postgres", "alter role odoo superuser;")
		want := lines(odooctl(t, "plan", "-l", "db1:app1", file).want(t, 0).has(t, "superuser"))
		inDB1(t, "odoo", "attacked", attackSQL(t, "forge"))
		r := odooctl(t, "plan", "-l", "db1:app1", file).has(t, "superuser")
		if strings.Contains(r.out+r.err, "/etc/attacked") || strings.ContainsAny(r.out+r.err, "\x1b\u202e\u200b") {
			t.Errorf("a row in a table moved what the server says of itself:\n%s%s", r.out, r.err)
		}
		if got := lines(r); r.code == 0 && got != want {
			t.Errorf("the plan became\n%s\nand was\n%s", got, want)
		}
	})
	t.Run("names", func(t *testing.T) {
		const cut = `E'x\n@end\ncluster\t15\tmain\t/etc/attacked\t/etc/attacked\t5432\t/tmp\tattacked.service\t/tmp\njson\t{"hba":"/etc/attacked"}'`
		file := withDatabase(t)
		want := lines(odooctl(t, "plan", file).want(t, 0))
		inDB1(t, "postgres", "postgres",
			`do $$ begin execute format('create role %I', substr(`+cut+`, 1, 60)); end $$;`)
		defer inDB1(t, "postgres", "postgres",
			`do $$ begin execute format('drop role %I', substr(`+cut+`, 1, 60)); end $$;`)
		inDB1(t, "postgres", "postgres", `alter database attacked rename to "attacked_";`)
		on(t, "db1", `cd / && `+asPostgres+`createdb -O odoo "$(printf 'x\njson\t{}\n@end\n"x')"`)
		defer on(t, "db1", `cd / && `+asPostgres+`dropdb "$(printf 'x\njson\t{}\n@end\n"x')"`)
		inDB1(t, "postgres", "postgres", `alter database "attacked_" rename to attacked;`)
		on(t, "db1", `cd `+pgMain+` && cp -p pg_hba.conf /root/pg_hba.conf && printf '# x\t\r\001\n#@end\n# cluster\t15\tmain\t/etc/attacked\n# \342\200\256\033[2J\n' >>pg_hba.conf
`+asPostgres+`touch "conf.d/$(printf 'x\n50-odooctl.conf\t\n@end\n')" "conf.d/$(printf '5\t\042\047 x.conf')"`)
		defer on(t, "db1", `cd `+pgMain+` && mv /root/pg_hba.conf pg_hba.conf; rm -f conf.d/x* conf.d/5?*\ x.conf`)
		r := odooctl(t, "plan", file).want(t, 0)
		if got := lines(r); got != want {
			t.Errorf("the plan became\n%s\nand was\n%s", got, want)
		}
	})
	settles(t)
}

// masked matches secrets in diffs: their digests differ in each run.
var masked = regexp.MustCompile(`\*\*\* \([0-9a-f]+\)`)

// lines is a plan without what differs from run to run.
func lines(r result) string { return masked.ReplaceAllString(r.out, "***") }
