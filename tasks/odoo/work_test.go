package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakes are an Odoo and a psycopg2 that record their calls. A query for a lock or for a
// number is answered from the environment.
var fakes = map[string]string{
	"odoo/__init__.py":       "",
	"odoo/tools/__init__.py": "class config:\n    parse_config = staticmethod(lambda args: print('odoo reads', args))\n",
	"odoo/sql_db.py":         "connection_info_for = lambda name: (name, {'dbname': name})\n",
	"psycopg2.py": `import os

class Connection:
    autocommit = False
    def cursor(self): return self
    def execute(self, sql, values=()): print("sql", " ".join(sql.split())[:60], *values); self.sql = sql
    def fetchone(self): return [int(os.environ.get("NUMBER", 1))]
    def fetchall(self): return [("sale",)] if "'installed'" in self.sql else []
    def commit(self): print("commit")

def connect(**given):
    print("connect", sorted(given.items()))
    return Connection()
`,
}

// inPython runs one of the programs with the fakes, and returns what it printed.
func inPython(t *testing.T, program, input string, environment []string, args ...string) (string, bool) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range fakes {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "python3", append([]string{"-W", "ignore", "-c", program}, args...)...)
	cmd.Env = append([]string{"PYTHONPATH=" + dir, "PATH=" + os.Getenv("PATH"), "PYTHONDONTWRITEBYTECODE=1"},
		environment...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	const reads, connects = "odoo reads ['-c', '/conf']\n", "connect [('dbname', 'prod')]\n"
	dir := t.TempDir()
	conf := filepath.Join(dir, "odoo.conf")
	text := "[options]\ndb_host = 192.0.2.1\ndb_port = False\ndb_user = odoo\ndb_password = ü\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const lock = "sql select pg_try_advisory_lock(hashtext('odooctl'), hashtext('m\n"
	for _, tt := range []struct {
		name, program, input string
		environment, args    []string
		ok                   bool
		says                 []string
	}{
		{"the file is read", askProgram, "", nil, []string{"reads", "/conf"}, true, []string{reads}},
		{"the encoding fits", askProgram, "", []string{"PYTHONUTF8=1"}, []string{"encoding", conf}, true, nil},
		{"the encoding does not", askProgram, "", []string{"PYTHONUTF8=0", "LC_ALL=POSIX", "PYTHONCOERCECLOCALE=0",
			"PYTHONIOENCODING=utf-8"}, []string{"encoding", conf}, false, nil},
		{"no job runs", askProgram, "", []string{"NUMBER=0"}, []string{"jobs", conf, "prod", "trial"}, true,
			[]string{"connect [('connect_timeout', 5), ('dbname', 'prod'), ('host', '192.0.2.1'), ('password', 'ü'), ('user', " +
				"'odoo')]", "['prod', 'trial'] idle in transaction% ir_cron.*FOR (NO KEY )?UPDATE"}},
		{"jobs run", askProgram, "", []string{"NUMBER=3"}, []string{"jobs", conf, "prod"}, false,
			[]string{"3 scheduled jobs run"}},
		{"jobs cannot be asked for", askProgram, "", nil, []string{"jobs", dir + "/none", "prod"}, true, nil},
		{"no such question", askProgram, "", nil, []string{"x", "/conf"}, false, []string{"unknown question: x"}},
		{"a query", workProgram, "", nil, []string{"query", "/conf", "prod", "select 'it''s' like '%s'"}, true,
			[]string{reads + connects + "sql SET TRANSACTION READ ONLY\nsql select 'it''s' like '%s'\n"}},
		{"SQL", workProgram, "UPDATE x\n", nil, []string{"sql", "/conf", "prod"}, true,
			[]string{reads + connects + "sql UPDATE x\ncommit\n"}},
		{"Odoo runs", workProgram, "", nil, []string{"run", "/conf", "prod", "sh", "-c", "echo odoo worked", "sh",
			"--init", "sale"}, true, []string{reads + connects + lock + "odoo worked\n"}},
		{"somebody else is at work", workProgram, "", []string{"NUMBER=0"}, []string{"run", "/conf", "prod", "echo"},
			false, []string{"somebody else is at work on the modules of prod"}},
		{"Odoo fails", workProgram, "", nil, []string{"run", "/conf", "prod", "sh", "-c", "exit 3"}, false,
			[]string{"Odoo ended with exit code 3"}},
		{"Odoo logs an error", workProgram, "", nil,
			[]string{"run", "/conf", "prod", "echo",
				"2026-01-01 00:00:00,1 7 ERROR prod x"}, false,
			[]string{"ERROR prod x\nOdoo ended well and had logged errors: they are above\n"}},
		{"a module is not installed", workProgram, "", nil,
			[]string{"run", "/conf", "prod", "echo", "--init",
				"stock,sale"}, false, []string{"has not installed: stock"}},
		{"no such work", workProgram, "", nil, []string{"x", "/conf", "prod"}, false, []string{"unknown work: x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, ok := inPython(t, tt.program, tt.input, tt.environment, tt.args...)
			if ok != tt.ok {
				t.Errorf("it succeeds: %v, want %v: %s", ok, tt.ok, out)
			}
			for _, s := range tt.says {
				if !strings.Contains(out, s) {
					t.Errorf("it says\n%s\nwant %q", out, s)
				}
			}
		})
	}
}
