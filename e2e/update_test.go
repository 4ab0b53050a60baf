//go:build lab

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const asPostgres = "setpriv --reuid=postgres --regid=postgres --init-groups "

// version writes the test's module: each version has its own field.
func version(t *testing.T, folder string, n int, rest string) {
	t.Helper()
	dir := filepath.Join(folder, "e2e_update")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"__manifest__.py": fmt.Sprintf("{'name': 'Update', 'version': '%d.0', 'depends': ['base']}\n", n),
		"__init__.py":     "from . import models\n",
		"models.py": fmt.Sprintf("from odoo import fields, models\n\n\nclass Partner(models.Model):\n"+
			"    _inherit = 'res.partner'\n    e2e_field_%d = fields.Char()\n%s", n, rest),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// depends has the module depend on another.
func depends(t *testing.T, folder, other string) {
	t.Helper()
	text := fmt.Sprintf("{'name': 'Update', 'version': '4.0', 'depends': ['base', '%s']}\n", other)
	if err := os.WriteFile(filepath.Join(folder, "e2e_update", "__manifest__.py"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// job locks a row of ir_cron for a while, as Odoo does for a job, and then writes when
// it released it, by systemd's clock.
const job = `rm -f /tmp/e2e-job
setsid setpriv --reuid=odoo --regid=odoo --init-groups python3 -c '
import configparser, psycopg2, time
c = configparser.RawConfigParser()
c.read("/etc/odoo/odoo.conf")
o = c["options"]
db = psycopg2.connect(dbname="mycompany", host=o["db_host"], port=o["db_port"], user=o["db_user"], password=o["db_password"])
db.cursor().execute("SELECT * FROM ir_cron LIMIT 1 FOR UPDATE")
open("/tmp/e2e-job", "w").close()
time.sleep(12)
db.rollback()
open("/tmp/e2e-job", "w").write(str(int(time.monotonic() * 1000000)))
' </dev/null >/dev/null 2>&1 &
for i in $(seq 300); do [ ! -e /tmp/e2e-job ] || exit 0; sleep 0.1; done
exit 1`

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var keptDump = regexp.MustCompile(`db1 keeps database of mycompany in (\S+\.dump) \(\d+ kB, checked\); back by: sh (\S+\.restore-dump)`)

// TestModuleUpdate: a module gets a field in the database of two hosts, after a job has
// ended; and, in the whole form, another one by a run that is killed and resumed. Versions that
// do not compile, or depend on what is not there, are refused before users notice anything. One
// that Odoo refuses is put back, and all is as before except for the backup, which is real: in
// the end it restores the database.
func TestModuleUpdate(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	addons := t.TempDir()
	file := edited(t, "      options:\n        limit_time_real: 1200",
		"      options:\n        limit_time_real: 1200\n      addons: [{name: e2e, path: "+addons+"}]\n"+
			"      modules: {install: [e2e_update], update: [e2e_update]}")
	update := func() result {
		return odooctl(t, "apply", "-l", "mycompany", "--no-diff", "--playbook", "module-update", file)
	}
	columns := func() string { return atShop.columns(t) }
	version(t, addons, 1, "")
	on(t, "app1", job)
	run := update().want(t, 0)
	said := run.out
	t.Logf("an update that works:\n%s%s", run.out, run.err)
	if stopped, ended := number(t, on(t, "app1", "systemctl show -p InactiveEnterTimestampMonotonic --value odoo")),
		number(t, on(t, "app1", "cat /tmp/e2e-job; rm /tmp/e2e-job")); stopped < ended {
		t.Errorf("Odoo was stopped at %d, while a scheduled job ran until %d", stopped, ended)
	}
	first := keptDump.FindStringSubmatch(run.out)
	if got := columns(); got != "e2e_field_1\n" || first == nil {
		t.Fatalf("columns %q, backup %q", got, first)
	}
	if n := on(t, "db1", "/usr/lib/postgresql/15/bin/pg_restore --list "+first[1]+" | grep -c 'TABLE DATA public "+
		"res_'"); n == "0\n" {
		t.Error("the backup has no tables")
	}
	defer func() { // the module disappears with the database that had it
		atShop.restore(t, said)
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	}()

	good := 1
	if *thorough {
		good = 2
		version(t, addons, good, "")
		updateKilled(t, file)
		if got := columns(); !strings.Contains(got, "e2e_field_2\n") {
			t.Errorf("columns %q", got)
		}
		update().want(t, 0).has(t, "plan: 0 changes")
	}

	version(t, addons, 3, "    def broken(:\n")
	users := watching(t, atShop)
	run = update().want(t, 2).has(t, "failed: app1, app2: untouched: its changes were tried beside what runs",
		"SyntaxError: invalid syntax")
	time.Sleep(5 * time.Second) // it is refused within a second, before users have asked for much
	t.Logf("an update that would fail:\n%s%s", run.out, run.err)
	refused := users.noticed(t).Pages() == 0 && !strings.Contains(run.err, "applying")
	if !refused || strings.Contains(run.out, "keeps database") {
		t.Error("users noticed an update that was refused, or it made a backup")
	}
	version(t, addons, 4, "")
	depends(t, addons, "e2e_nowhere")
	update().want(t, 2).has(t, "/opt/odoo/addons/e2e/e2e_update/__manifest__.py:1: e2e_update depends on e2e_nowhere, "+
		"which is in none of")
	version(t, addons, 3, "    name = fields.Nothing()\n") // only Odoo itself can know
	run = update().want(t, 5).has(t, "Nothing", "db1 keeps database of mycompany in",
		"To go back to a backup", "put back: app1", "put back: app2")
	t.Logf("an update that fails:\n%s%s", run.out, run.err)
	asBefore := func() {
		t.Helper()
		eventually(t, 30*time.Second, func() error { // a restored Odoo has just started
			if out, res := outOfService(t), ask(t, "web1", "GET", "https://"+shop+"/web/login"); out != "" ||
				res.StatusCode != 200 {
				return fmt.Errorf("users are not served: %s, out of service: %q", res.Status, out)
			}
			return nil
		})
		for _, app := range []string{"app1", "app2"} {
			if got := on(t, app, "systemctl is-active odoo; grep -o [12].0 "+
				"/opt/odoo/addons/e2e/e2e_update/__manifest__.py"); got != fmt.Sprintf("active\n%d.0\n", good) {
				t.Errorf("%s is %q", app, got)
			}
		}
	}
	asBefore()
	if !*thorough {
		return
	}
	run = odooctl(t, "apply", "-l", "mycompany", "--no-diff", file).want(t, 5).has(t, "Nothing",
		"put back: app1", "app2: undoing")
	t.Logf("the same by site:\n%s%s", run.out, run.err)
	asBefore()
}

// updateKilled kills the program while it updates the modules, and resumes the run.
func updateKilled(t *testing.T, file string) {
	f := begin(t, "app2: applying", "apply", "-l", "mycompany", "--playbook", "module-update", file)
	f.says(t, "app1: applying 3 changes") // the first of them is the backup of the filestore
	f.signal(t, syscall.SIGKILL)
	f.cmd.Wait()
	eventually(t, 2*time.Minute, func() error {
		if r := odooctl(t, "resume", "last", "--lock-timeout", "60s"); r.code != 0 {
			return fmt.Errorf("resume: exit %d: %s", r.code, r.err)
		}
		return nil
	})
	if out := outOfService(t); out != "" || ask(t, "web1", "GET", "https://"+shop+"/web/login").StatusCode != 200 {
		t.Errorf("after a run that was killed and resumed users are not served: %s", out)
	}
}
