package conf

import (
	"slices"

	"odooctl/tasks/odoo/version"
)

// table has every option that makes sense in the configuration of a service, in the
// order of the file. Options of one-shot commands and of development are in refused.
var table = slices.Concat(databaseOptions, httpOptions, workerOptions, moduleOptions, loggingOptions, mailOptions,
	otherOptions)

func always(value string) []Default { return []Default{{version.First, value}} }

func atLeast(n float64) *float64 { return &n }

var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

var databaseOptions = []Option{
	{Name: "db_host", Group: Database, Empty: true, Note: "empty or left out is the unix socket"},
	{Name: "db_port", Group: Database, Kind: Port},
	{Name: "db_user", Group: Database, Note: "Odoo refuses to run as the role postgres"},
	{Name: "db_password", Group: Database, Secret: true},
	{Name: "db_name", Group: Database, Kind: List,
		Note: "up to 18 a blank after a comma becomes part of a name, and Odoo creates that database; the only thing that " +
			"restricts cron"},
	{Name: "db_sslmode", Group: Database, Kind: Choice, Since: 11, Choices: sslModes, Default: always("prefer"),
		Note: "the root certificate comes from PGSSLROOTCERT or ~/.postgresql/root.crt"},
	{Name: "db_maxconn", Group: Database, Kind: Int, Min: atLeast(1), Default: always("64"),
		Note: "per process, not per server"},
	{Name: "db_maxconn_gevent", Group: Database, Kind: Int, Since: 17, Min: atLeast(1), Note: "without it, db_maxconn"},
	{Name: "db_replica_host", Group: Database, Since: 18, Note: "empty is the unix socket in 18 and nothing in 19"},
	{Name: "db_replica_port", Group: Database, Kind: Port, Since: 18},
	{Name: "db_app_name", Group: Database, Since: 19, Default: always("odoo-{pid}")},
	{Name: "db_template", Group: Database, Default: []Default{{10, "template1"}, {12, "template0"}}},
	{Name: "dbfilter", Group: Database, Empty: true, Default: []Default{{10, ".*"}, {11, ""}},
		Note: "a Python expression, anchored only at its start; a wrong one breaks every request, not the start"},
	{Name: "list_db", Group: Database, Kind: Bool, Default: always("True"),
		Note: "on 10 False hides the list and leaves create, drop and backup open"},
	{Name: "unaccent", Group: Database, Kind: Bool, Default: always("False")},
	{Name: "pg_path", Group: Database, Kind: Path},
}

var httpOptions = []Option{
	{Name: "http_enable", Group: HTTP, Kind: Bool, Earlier: []Earlier{{10, "xmlrpc"}}, Default: always("True"),
		Note: "False: no HTTP workers and no chat process"},
	{Name: "http_interface", Group: HTTP, Empty: true, Earlier: []Earlier{{10, "xmlrpc_interface"}},
		Default: []Default{{10, ""},
			{19, "0.0.0.0"}}, Note: "without it Odoo listens everywhere; the chat port obeys it too"},
	{Name: "http_port", Group: HTTP, Kind: Port, Earlier: []Earlier{{10, "xmlrpc_port"}}, Default: always("8069")},
	{Name: "gevent_port", Group: HTTP, Kind: Port, Earlier: []Earlier{{15, "longpolling_port"}},
		Default: always("8072"), Note: "only with workers"},
	{Name: "proxy_mode", Group: HTTP, Kind: Bool, Default: always("False"),
		Note: "only behind a proxy that sets X-Forwarded-Host: else clients forge it"},
	{Name: "x_sendfile", Group: HTTP, Kind: Bool, Since: 16, Default: always("False")},
	{Name: "websocket_keep_alive_timeout", Group: HTTP, Kind: Int, Since: 16, Min: atLeast(1), Default: always("3600")},
	{Name: "websocket_rate_limit_burst", Group: HTTP, Kind: Int, Since: 16, Min: atLeast(1), Default: always("10")},
	{Name: "websocket_rate_limit_delay", Group: HTTP, Kind: Float, Since: 16, Min: atLeast(0), Default: always("0.2")},
	{Name: "admin_passwd", Group: HTTP, Empty: true, Secret: true, Default: always("admin"),
		Note: "from 11 on a $pbkdf2-sha512$ hash works and an empty one refuses every database operation"},
}

var workerOptions = []Option{
	{Name: "workers", Group: Workers, Kind: Int, Min: atLeast(-1), Default: always("0"),
		Note: "0: one process with threads; -1: cron workers only"},
	{Name: "max_cron_threads", Group: Workers, Kind: Int, Min: atLeast(0), Default: always("2")},
	{Name: "limit_memory_soft", Group: Workers, Kind: Bytes, NoLimit: 12, Default: always("2147483648"),
		Note: "virtual memory per process; 0 switches it off from 12 on"},
	{Name: "limit_memory_soft_gevent", Group: Workers, Kind: Bytes, Since: 18, Note: "without it, limit_memory_soft"},
	{Name: "limit_memory_hard", Group: Workers, Kind: Bytes, NoLimit: 13, Default: always("2684354560"),
		Note: "virtual memory per process, inherited by wkhtmltopdf; 0 switches it off from 13 on"},
	{Name: "limit_memory_hard_gevent", Group: Workers, Kind: Bytes, Since: 18, Note: "without it, limit_memory_hard"},
	{Name: "limit_request", Group: Workers, Kind: Int, Min: atLeast(1),
		Default: []Default{{10, "8192"}, {16, "65536"}}},
	{Name: "limit_time_cpu", Group: Workers, Kind: Int, Min: atLeast(1), Default: always("60"),
		Note: "seconds; only with workers"},
	{Name: "limit_time_real", Group: Workers, Kind: Int, Min: atLeast(0), NoLimit: 12, Default: always("120"),
		Note: "seconds; with workers 0 kills every worker at once"},
	{Name: "limit_time_real_cron", Group: Workers, Kind: Int, Min: atLeast(-1), Default: always("-1"),
		Note: "seconds; -1: limit_time_real; 0: no limit, with workers only"},
	{Name: "limit_time_worker_cron", Group: Workers, Kind: Int, Since: 18, Min: atLeast(0), Default: always("0")},
	{Name: "transient_age_limit", Group: Workers, Kind: Float, Earlier: []Earlier{{13, "osv_memory_age_limit"}},
		Min: atLeast(0), Default: always("1.0"), Note: "hours"},
	{Name: "osv_memory_count_limit", Group: Workers, Kind: Int, Min: atLeast(0), Default: []Default{{18, "0"}}},
}

var moduleOptions = []Option{
	{Name: "addons_path", Group: Modules, Kind: Paths,
		Note: "up to 18 a folder without modules goes unnoticed; 19 skips it with a warning"},
	{Name: "data_dir", Group: Modules, Kind: Path,
		Note: "holds filestore and sessions; without it, ~/.local/share/Odoo of the service's user"},
	{Name: "server_wide_modules", Group: Modules, Kind: List,
		Default: []Default{{10, "web,web_kanban"}, {11, "web"}, {12, "base,web"},
			{19, "base,rpc,web"}}, Note: "19 without rpc has no XML-RPC, JSON-RPC and /web/version"},
	{Name: "with_demo", Group: Modules, Kind: Bool, Earlier: []Earlier{{18, "without_demo"}},
		Default: []Default{{10, "True"},
			{19, "False"}}, Note: "for new databases; up to 18 written as without_demo = all or False"},
	{Name: "skip_auto_install", Group: Modules, Kind: Bool, Since: 19, Default: always("False")},
	{Name: "default_productivity_apps", Group: Modules, Kind: Bool, Since: 17, Default: always("False")},
	{Name: "upgrade_path", Group: Modules, Kind: Paths, Since: 13},
	{Name: "pre_upgrade_scripts", Group: Modules, Kind: Paths, Since: 18},
	{Name: "geoip_city_db", Group: Modules, Kind: Path, Earlier: []Earlier{{16, "geoip_database"}},
		Default: []Default{{10, "/usr/share/GeoIP/GeoLiteCity.dat"}, {11, "/usr/share/GeoIP/GeoLite2-City.mmdb"}}},
	{Name: "geoip_country_db", Group: Modules, Kind: Path, Since: 17,
		Default: always("/usr/share/GeoIP/GeoLite2-Country.mmdb")},
	{Name: "bin_path", Group: Modules, Kind: Path, Note: "where wkhtmltopdf is looked for first"},
}

var loggingOptions = []Option{
	{Name: "logfile", Group: Logging, Kind: Path,
		Note: "the packages' services set it on the command line, which wins"},
	{Name: "logrotate", Group: Logging, Kind: Bool, Until: 12, Default: always("False"),
		Note: "unsafe with workers: each one rotates"},
	{Name: "syslog", Group: Logging, Kind: Bool, Default: always("False")},
	{Name: "log_level", Group: Logging, Kind: Choice, Later: []Default{{13, "runbot"}}, Default: always("info"),
		Choices: []string{"info", "debug_rpc", "warn", "test", "critical", "runbot", "debug_sql", "error", "debug",
			"debug_rpc_answer", "notset"}, Note: "runbot from 13 on"},
	{Name: "log_handler", Group: Logging, Kind: List, Default: always(":INFO"), Note: "logger:LEVEL"},
	{Name: "log_db", Group: Logging, Note: "a database or its URI"},
	{Name: "log_db_level", Group: Logging, Default: always("warning")},
	{Name: "pidfile", Group: Logging, Kind: Path},
}

var mailOptions = []Option{
	{Name: "email_from", Group: Mail},
	{Name: "from_filter", Group: Mail, Since: 15},
	{Name: "smtp_server", Group: Mail, Default: always("localhost")},
	{Name: "smtp_port", Group: Mail, Kind: Port, Default: always("25")},
	{Name: "smtp_ssl", Group: Mail, Kind: Bool, Default: always("False"), Note: "STARTTLS"},
	{Name: "smtp_user", Group: Mail},
	{Name: "smtp_password", Group: Mail, Secret: true},
	{Name: "smtp_ssl_certificate_filename", Group: Mail, Kind: Path, Since: 15},
	{Name: "smtp_ssl_private_key_filename", Group: Mail, Kind: Path, Since: 15},
}

var otherOptions = []Option{
	{Name: "csv_internal_sep", Group: Other, Default: always(",")},
	{Name: "reportgz", Group: Other, Kind: Bool, Default: always("False")},
	{Name: "publisher_warranty_url", Group: Other,
		Default: []Default{{10, "http://services.openerp.com/publisher-warranty/"},
			{18, "http://services.odoo.com/publisher-warranty/"}}},
	{Name: "import_file_maxbytes", Group: Other, Kind: Int, Since: 14,
		Earlier: []Earlier{{18, "import_image_maxbytes"}}, Min: atLeast(1), Default: always("10485760")},
	{Name: "import_file_timeout", Group: Other, Kind: Int, Since: 14, Earlier: []Earlier{{18, "import_image_timeout"}},
		Min: atLeast(1), Default: always("3"), Note: "seconds"},
	{Name: "import_url_regex", Group: Other, Since: 14, Earlier: []Earlier{{18, "import_image_regex"}},
		Default: always("^(?:http|https)://")},
	{Name: "proxy_access_token", Group: Other, Since: 19, Secret: true},
}

// refused has options of config.py that do not belong in the configuration of a
// service, with the reason.
var refused = map[string]string{
	"dev_mode":                        "it is for development: it reloads code and shows tracebacks to visitors",
	"config":                          oneShot,
	"save":                            oneShot,
	"init":                            oneShot,
	"update":                          oneShot,
	"reinit":                          oneShot,
	"import_partial":                  oneShot,
	"stop_after_init":                 oneShot,
	"shell_interface":                 oneShot,
	"load_language":                   oneShot,
	"language":                        oneShot,
	"translate_out":                   oneShot,
	"translate_in":                    oneShot,
	"translate_modules":               oneShot,
	"overwrite_existing_translations": oneShot,
	"test_file":                       oneShot,
	"test_enable":                     oneShot,
	"test_tags":                       oneShot,
	"test_commit":                     oneShot,
	"test_report_directory":           oneShot,
	"screencasts":                     oneShot,
	"screenshots":                     oneShot,
	"demo":                            "Odoo computes it itself",
	"root_path":                       "Odoo computes it itself",
}

const oneShot = "it belongs on the command line of a single run, not in the file of a service"
