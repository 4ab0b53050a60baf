package odoo

import (
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

// patient bounds how long scheduled jobs are waited for: systemd waits for them once
// more when it stops the service.
const patient = 120

// awaitJobs has the service that runs scheduled jobs stopped only when none of them
// runs, or after a while.
func (i Instance) awaitJobs(h *tasks.Host, major int, p Processes) {
	if i.PostgreSQL == nil || p.Cron == 0 || len(i.Odoo.Databases) == 0 {
		return
	}
	unit := i.Unit
	if i.Odoo.Runs() == inventory.ModeWSGI {
		unit = i.beside("cron")
	}
	h.Wait(tasks.Courtesy{Unit: unit, Title: "scheduled jobs of " + i.Name + " come to their end", Run: i.idle(major), Within: patient})
}

// idle is shell that succeeds when none of this host's scheduled jobs runs. Odoo
// keeps the row of a job locked in a transaction that waits until the job is done
// (addons/base/models/ir_cron.py, _process_jobs). Who cannot ask does not wait.
func (i Instance) idle(major int) string {
	var names []string
	for _, db := range i.Odoo.Databases {
		names = append(names, shell.Quote(db))
	}
	return fmt.Sprintf(`%s %s -c '
import sys
conf, databases = sys.argv[1], sys.argv[2:]
try:
    import configparser, psycopg2
    c = configparser.RawConfigParser()
    c.read(conf)
    o = dict(c.items("options"))
    keys = [("host", "db_host"), ("port", "db_port"), ("user", "db_user"), ("password", "db_password"), ("sslmode", "db_sslmode")]
    given = dict((k, o[name]) for k, name in keys if o.get(name, "False") not in ("False", ""))
    cr = psycopg2.connect(dbname=databases[0], connect_timeout=5, **given).cursor()
    cr.execute("""select count(*) from pg_stat_activity
        where datname = any(%%s) and state like %%s and query ~ %%s and pid <> pg_backend_pid()
        and client_addr is not distinct from (select client_addr from pg_stat_activity where pid = pg_backend_pid())""",
        (databases, "idle in transaction%%", "ir_cron.*FOR (NO KEY )?UPDATE"))
    n = cr.fetchone()[0]
except Exception: n = 0
if n: sys.exit("%%d scheduled jobs run" %% n)' %s %s`, i.as(), i.python(major), i.Config, strings.Join(names, " "))
}
