# Works on a database over Odoo's own connection, as the user of its service. Odoo 10
# has Python 2.
#   run CONF DATABASE COMMAND...   runs Odoo once, under a lock that all hosts of the
#                                  database share. It fails if Odoo fails, logs an
#                                  error, or leaves a module half-installed.
#   sql CONF DATABASE              runs SQL from standard input
#   query CONF DATABASE SQL        runs SQL in a read-only transaction
from __future__ import print_function
import re, subprocess, sys

what, conf, database, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
sys.argv = ["odoo"]
import odoo
from odoo.tools import config
config.parse_config(["-c", conf])
import psycopg2
from odoo.sql_db import connection_info_for


# The reason comes last, after all other output, where readers look.
def fail(why):
    sys.stdout.flush()
    sys.exit(why)


c = psycopg2.connect(**connection_info_for(database)[1])
cr = c.cursor()


def run():
    c.autocommit = True
    cr.execute("select pg_try_advisory_lock(hashtext('odooctl'), hashtext('modules'))")
    if not cr.fetchone()[0]:
        cr.execute("select host(client_addr), backend_start from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database()) and backend_start is not null")
        fail("somebody else is at work on the modules of %s%s: wait, and apply again" % (database, "".join(", from %s since %s" % row for row in cr.fetchall())))

    bad, said, wrong = [], [], False
    p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in p.stdout:
        line = line.decode("utf-8", "replace").rstrip()
        print(line)
        if " WARNING " in line:
            said.append(line)
        if re.match(r"\d{4}-\d\d-\d\d ", line):  # else it goes on with the message before
            wrong = bool(re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line))
        if wrong:
            bad.append(line)
    code = p.wait()
    if code:
        print("\n".join(bad[-18:]))
        fail("Odoo ended with exit code %d" % code)
    if bad:
        print("\n".join(bad[-18:]))
        fail("Odoo ended well and had logged errors: they are above")
    wanted = set(name for flag, names in zip(command, command[1:]) if flag in ("--init", "--update") for name in names.split(","))
    cr.execute("select name from ir_module_module where state in ('installed', 'to upgrade')")
    gone = wanted - set(row[0] for row in cr.fetchall()) - set(["all"])
    if gone:
        print("\n".join(said[-18:]))
        fail("Odoo ended well and has not installed: " + ", ".join(sorted(gone)))
    cr.execute("select name, state from ir_module_module where state in ('to install', 'to upgrade', 'to remove')")
    left = cr.fetchall()
    if left:
        fail("Odoo ended well and left modules half way: " + ", ".join("%s is %s" % row for row in left))


if what == "run":
    run()
elif what == "sql":
    cr.execute(sys.stdin.read())
    c.commit()
elif what == "query":
    cr.execute("SET TRANSACTION READ ONLY")
    cr.execute(command[0])
else:
    fail("unknown work: " + what)
