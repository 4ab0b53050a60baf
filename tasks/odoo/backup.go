package odoo

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.backup", "a backup of each deployment's databases, on the PostgreSQL host, or filestores, on the first Odoo host", func() tasks.Task { return &Backup{} })
}

// Backup writes databases with pg_dump, as the server's own program on its own host,
// or the folders of attachments beside them with tar. Each is checked before it counts,
// stands beside a script that brings it back, and is named in the report.
type Backup struct {
	Of   string `yaml:"of"`   // databases or filestores
	Keep int    `yaml:"keep"` // so many of each; older ones that it has made go. 0 = 3
	Dir  string `yaml:"dir"`  // "" = /var/backups/odooctl; each deployment has a folder in it
	Due  bool   `yaml:"due"`  // only where modules are to be installed or updated
}

const (
	databases  = "databases"
	filestores = "filestores"
)

// Validate checks the arguments as the playbook gives them.
func (t *Backup) Validate() error {
	switch {
	case t.Of != databases && t.Of != filestores:
		return fmt.Errorf("odoo.backup: of %q: want databases or filestores", t.Of)
	case t.Keep < 0:
		return fmt.Errorf("odoo.backup: keep %d: want 1 or more", t.Keep)
	case t.Dir != "" && (!path.IsAbs(t.Dir) || path.Clean(t.Dir) != t.Dir || t.Dir == "/"):
		return fmt.Errorf("odoo.backup: dir %q: want an absolute path", t.Dir)
	}
	return nil
}

// Plan implements tasks.Task.
func (t *Backup) Plan(h *tasks.Host) (first error) {
	list := h.PostgreSQLOf()
	if t.Of == filestores {
		list = h.OdooOf()
	}
	for _, d := range list {
		if d.Odoo != nil && d.PostgreSQL != nil && (t.Of == databases || d.Odoo.Hosts[0] == h.Host) {
			first = cmp.Or(first, t.plan(h, d))
		}
	}
	return first
}

func (t *Backup) plan(h *tasks.Host, d *inventory.Deployment) error {
	if t.Due {
		if due, err := UpdateDue(h, d); err != nil || !due {
			return err
		}
	}
	c, err := server(h, d)
	switch {
	case err != nil:
		return err
	case !c.Running:
		return fmt.Errorf("%s: PostgreSQL %s on %s does not run: there is nothing to back up from", d.PostgreSQL.Pos, c.ID(), d.PostgreSQL.Host.Name)
	}
	for _, name := range d.Odoo.Databases {
		if version, err := c.Database(name).Odoo(); err != nil {
			return fmt.Errorf("%s: %w", d.Odoo.Pos, err)
		} else if version == "" {
			continue
		}
		dir, what, words := cmp.Or(t.Dir, "/var/backups/odooctl")+"/"+d.Name, "database", dumps(c, name)
		if t.Of == filestores {
			i := InstanceOf(h, d)
			what, words = "filestore", packs(i.User, i.Data()+"/filestore")
		}
		h.Command(tasks.Command{
			Title:  fmt.Sprintf("back up %s %s to %s", what, name, dir),
			Run:    fmt.Sprintf("root= dir=%s db=%s what=%s keep=%d\n%s%s%s", shell.Quote(dir), shell.Quote(name), what, cmp.Or(t.Keep, 3), tasks.Folders, words, backup),
			Within: 4 * 3600,
		})
	}
	return nil
}

//go:embed backup.sh
var backup string

// dumps are the words for a database. pg_dump reads as the superuser, and has the
// server refuse views and foreign tables in the place of tables meanwhile
// (restrict_nonsystem_relation_kind: PostgreSQL 12.20, 13.16, 14.13, 15.8, 16.4 and
// later). A server that is older is read as the role that owns the database.
func dumps(c *tasks.Cluster, db string) string {
	return fmt.Sprintf(`ending=dump bin=%s
own() { cd / && as postgres postgres "$@"; }
run() { p=$bin/$1 && shift && [ -x "$p" ] || p=${p##*/}; own "$p" "$@"; }
pg() { p=$1 && shift && run "$p" -h %s -p %d "$@"; }
size() { PGOPTIONS='-c search_path=pg_catalog' pg psql -XAtq -d postgres -c %s; }
save() {
	role=$(PGOPTIONS='-c search_path=pg_catalog' pg psql -XAtq -d postgres -c %s) || return
	set -- "$1" ${role:+"--role=$role"}
	to=$1 && shift
	pg pg_dump -Fc "$@" "$db" >"$to"
}
whole() { run pg_restore --list <"$1" | grep -q ' TABLE DATA public ir_module_module '; }
back() {
	cat <<SH
# Brings database $db back as it was at $at. What it holds by then is kept beside it.
# Odoo must not run meanwhile: systemctl stop odoo on its hosts, and start it after.
# What the database holds of functions may run as PostgreSQL's superuser.
set -eu
cd /
as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "\$@"; }
psql() { PGOPTIONS='-c search_path=pg_catalog' as $bin/psql -XAtq -v ON_ERROR_STOP=1 -h %[2]s -p %[3]d -d postgres -c "\$1"; }
n=\$(psql "select count(*) from pg_stat_activity where datname = '$db'")
[ "\$n" = 0 ] || { echo "\$n sessions are in database $db: stop Odoo on its hosts first"; exit 1; }
psql 'alter database "$db" rename to "$db-before-'\$(date -u +%%Y%%m%%dT%%H%%M%%SZ)'"'
as $bin/pg_restore -h %[2]s -p %[3]d --create --exit-on-error -d postgres <$file
echo "database $db is back as it was at $at"
SH
}
`, shell.Quote(c.Bin), shell.Quote(c.Socket), c.Port, shell.Quote("select pg_database_size('"+db+"') / 1024"),
		shell.Quote("select pg_get_userbyid(datdba) from pg_database where datname = '"+db+"' and current_setting('restrict_nonsystem_relation_kind', true) is null"))
}

// packs are the words for a filestore, which is walked with the rights of whose it is:
// he could put a link in the place of a folder at any time.
func packs(user, store string) string {
	return fmt.Sprintf(`ending=tar store=%[1]s user=%[2]s
own() { cd / && as "$user" "$user" "$@"; }
if ! own test -d "$store/$db"; then
	echo "nothing of the filestore of $db: there is no $store/$db" >>"$3"
	exit 0
fi
size() { own du -sk "$store/$db" | awk '{ print $1 }'; }
save() { own tar -C "$store" -cf - "$db" >"$1" || [ $? = 1 ]; } # 1: a file went away meanwhile
whole() { tar -tf "$1" >/dev/null; }
back() {
	cat <<SH
# Brings the filestore of $db back as it was at $at. What is there by then is kept
# beside it. Odoo must not run meanwhile.
set -eu
cd /
own() { setpriv --reuid='$user' --regid=\$(id -g '$user') --init-groups -- "\$@"; }
own mv -T '$store/$db' '$store/$db-before-'\$(date -u +%%Y%%m%%dT%%H%%M%%SZ)
own tar -C '$store' -xpf - <'$file'
echo "the filestore of $db is back as it was at $at"
SH
}
`, shell.Quote(store), shell.Quote(user))
}
