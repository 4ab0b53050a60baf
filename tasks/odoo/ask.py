# Queries an Odoo with its own Python, as the user of its service. Odoo 10 has Python 2.
#   reads CONF              Odoo's parser accepts the file
#   encoding CONF           the file is readable as UTF-8 in the service's locale
#   jobs CONF DATABASE...   none of this host's scheduled jobs runs
import sys

what, conf, databases = sys.argv[1], sys.argv[2], sys.argv[3:]


def reads():
    sys.argv = ["odoo"]
    import odoo
    from odoo.tools import config
    config.parse_config(["-c", conf])


def encoding():
    if open(conf).read() != open(conf, encoding="utf-8").read():
        sys.exit("the locale of the service has another encoding: set one of UTF-8, or use ASCII")


# Odoo keeps the row of a job locked in a transaction that lasts until the job is done
# (addons/base/models/ir_cron.py, _process_jobs).
def jobs():
    import configparser, psycopg2
    c = configparser.RawConfigParser()
    c.read(conf)
    o = dict(c.items("options"))
    keys = [("host", "db_host"), ("port", "db_port"), ("user", "db_user"), ("password", "db_password"), ("sslmode", "db_sslmode")]
    given = dict((k, o[name]) for k, name in keys if o.get(name, "False") not in ("False", ""))
    cr = psycopg2.connect(dbname=databases[0], connect_timeout=5, **given).cursor()
    cr.execute("""select count(*) from pg_stat_activity
        where datname = any(%s) and state like %s and query ~ %s and pid <> pg_backend_pid()
        and client_addr is not distinct from (select client_addr from pg_stat_activity where pid = pg_backend_pid())""",
        (databases, "idle in transaction%", "ir_cron.*FOR (NO KEY )?UPDATE"))
    return cr.fetchone()[0]


if what == "reads":
    reads()
elif what == "encoding":
    encoding()
elif what == "jobs":
    try:
        running = jobs()
    except Exception:  # who cannot ask does not wait
        running = 0
    if running:
        sys.exit("%d scheduled jobs run" % running)
else:
    sys.exit("unknown question: " + what)
