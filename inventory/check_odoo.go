package inventory

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The oldest and the newest major version of Odoo that odooctl knows.
const (
	OldestOdoo = 10
	NewestOdoo = 19
)

// Python2Odoo is the last major that runs on Python 2.
const Python2Odoo = 10

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

var odooVersion = regexp.MustCompile(`^([1-9][0-9]?)(\.0)?$`)

func (d *decoder) checkOdoo(o *Odoo) {
	d.require(&o.Hosts, o.Pos, "odoo.hosts")
	if d.ok(&o.Version) {
		d.checkOdooVersion(o)
	}
	d.atLeast(&o.Users, 1, "users")
	if o.DBFilter != "" && d.opts.Filter != nil {
		if err := d.opts.Filter(o.Major(), o.DBFilter); err != nil {
			d.errs.add(d.at(&o.DBFilter), "%v", err)
		}
	}
	d.checkEach(o.Databases, "database", checkDatabase)
	d.checkPort(&o.HTTPPort, "http_port")
	d.checkPort(&o.ChatPort, "chat_port")
	if http, chat := o.Ports(); http == chat {
		d.errs.add(d.whereOf(o.Pos, &o.ChatPort, &o.HTTPPort), "http_port and chat_port are both %d", http)
	}
	if o.Workers != nil {
		d.atLeast(o.Workers, 0, "workers")
	}
	d.checkOdooMode(o)
	if o.MaxCronThreads != nil {
		d.atLeast(o.MaxCronThreads, 0, "max_cron_threads")
	}
	if d.ok(&o.LimitMemorySoft) && d.ok(&o.LimitMemoryHard) && o.LimitMemorySoft > o.LimitMemoryHard {
		d.errs.add(d.at(&o.LimitMemorySoft), "limit_memory_soft is above limit_memory_hard: a worker would die before it "+
			"is recycled")
	}
	if d.ok(&o.DataDir) {
		d.checkHostPath(o.DataDir, "data_dir", d.at(&o.DataDir))
	}
	d.checkDataMount(o)
	d.checkEach(o.AddonsPath, "addons_path", func(path string) error { return hostPathError(path, "addons_path") })
	d.checkInstall(o)
	d.checkAddons(o.Addons)
	d.checkModules(&o.Modules)
	for _, e := range o.Environment {
		switch {
		case !variableName.MatchString(e.Name):
			d.errs.add(e.Pos, "environment %q: a variable's name is made of letters, digits and _", e.Name)
		case !e.Secret.IsZero():
			d.errs.add(e.Pos, "environment %s: systemd shows the variables of a service to every user of its host, so none "+
				"can be a secret", e.Name)
		}
	}
	d.checkOdooOptions(o)
	d.checkModuleOptions(o)
}

func (d *decoder) checkOdooVersion(o *Odoo) {
	m := odooVersion.FindStringSubmatch(o.Version)
	if m == nil {
		d.errs.add(d.at(&o.Version), "version %q is not an Odoo version: want one such as 14.0", o.Version)
		return
	}
	if major, _ := strconv.Atoi(m[1]); major < OldestOdoo || major > NewestOdoo {
		d.errs.add(d.at(&o.Version), "Odoo %s is not supported: want %d.0 to %d.0", o.Version, OldestOdoo, NewestOdoo)
	}
	o.Version = m[1] + ".0"
}

// ownKeys are the options of odoo.conf for which the inventory has a key of its own, or
// that it derives, and their old names.
var ownKeys = map[string]string{
	"http_port": "odoo.http_port", "xmlrpc_port": "odoo.http_port",
	"longpolling_port": "odoo.chat_port", "gevent_port": "odoo.chat_port",
	"dbfilter": "odoo.dbfilter", "list_db": "odoo.list_db", "admin_passwd": "odoo.admin_passwd",
	"data_dir": "odoo.data_dir", "addons_path": "odoo.addons_path",
	"workers": "odoo.workers", "max_cron_threads": "odoo.max_cron_threads",
	"limit_memory_soft": "odoo.limit_memory_soft", "limit_memory_hard": "odoo.limit_memory_hard",
	"db_name": "odoo.databases", "db_host": "postgresql.host", "db_port": "postgresql.port",
	"db_user": "postgresql.role.name", "db_password": "postgresql.role.password",
}

func (d *decoder) checkOdooOptions(o *Odoo) {
	for _, opt := range o.Options {
		if !optionName.MatchString(opt.Name) {
			d.errs.add(opt.Pos, "option %q: a name in odoo.conf is made of lower-case letters, digits and _", opt.Name)
		}
		if own := ownKeys[opt.Name]; own != "" {
			d.errs.add(opt.Pos, "option %s is set by %s: write it there", opt.Name, own)
		}
		if opt.Value.Kind == String && isYesNo(opt.Value.Text) {
			d.errs.add(opt.Pos, "option %s is %s, which Odoo up to 18 takes for true: write true or false", opt.Name,
				opt.Value.Text)
		}
	}
}

func isYesNo(text string) bool {
	switch strings.ToLower(text) {
	case "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

func (d *decoder) checkHostPath(path, what string, at Pos) {
	if err := hostPathError(path, what); err != nil {
		d.errs.add(at, "%v", err)
	}
}

// hostPathError checks a path on a host. It goes into configuration files and units, so
// it must not have characters that are special there.
func hostPathError(path, what string) error {
	if !hostPath.MatchString(path) || strings.Contains(path+"/", "/../") {
		return fmt.Errorf("%s %q: want an absolute path of letters, digits and . _ - + @", what, path)
	}
	return nil
}

// whereOf returns the position of the first of these values that the file gives, else the fallback.
func (d *decoder) whereOf(fallback Pos, values ...any) Pos {
	for _, v := range values {
		if d.where.has(v) {
			return d.at(v)
		}
	}
	return fallback
}
