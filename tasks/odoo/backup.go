package odoo

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

func init() {
	tasks.Register("odoo.backup",
		"a backup of each deployment's databases, on the PostgreSQL host, or filestores, on the first Odoo host",
		func() tasks.Task { return &Backup{} })
}

// Backup dumps databases with the server's own pg_dump on its host, or archives the
// folders of attachments there with tar. Each backup is verified before it counts, gets
// a restore script beside it, and is named in the report.
type Backup struct {
	Of   string `yaml:"of"`   // databases or filestores
	Keep int    `yaml:"keep"` // how many of each to keep; older ones of its own are removed. 0 = 3
	Dir  string `yaml:"dir"`  // "" = /var/backups/odooctl; each deployment has a folder in it
	Due  bool   `yaml:"due"`  // only if modules are to be installed or updated
}

const (
	databases  = "databases"
	filestores = "filestores"
)

// Validate checks the arguments of the playbook.
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
		return fmt.Errorf("%s: PostgreSQL %s on %s does not run: there is nothing to back up from",
			d.PostgreSQL.Pos, c.ID(), d.PostgreSQL.Host.Name)
	}
	for _, name := range d.Odoo.Databases {
		if version, err := baseOf(c, name); err != nil {
			return fmt.Errorf("%s: %w", d.Odoo.Pos, err)
		} else if version == "" {
			continue
		}
		dir, one := cmp.Or(t.Dir, "/var/backups/odooctl")+"/"+d.Name, dumps(c, name)
		if t.Of == filestores {
			one = packs(InstanceOf(h, d), name)
		}
		h.Command(tasks.Command{
			Title:  fmt.Sprintf("back up %s %s to %s", one.what, name, dir),
			Doing:  fmt.Sprintf("backing up %s %s", one.what, name),
			Run:    one.run(dir, name, cmp.Or(t.Keep, 3)),
			Within: 4 * 3600,
		})
	}
	return nil
}

// What the host runs: how one thing is backed up, and what each of the two needs.
var (
	//go:embed backup.sh
	backup string
	//go:embed backup_database.sh
	backupDatabase string
	//go:embed backup_filestore.sh
	backupFilestore string
	//go:embed restore_database.sh
	restoreDatabase string
	//go:embed restore_filestore.sh
	restoreFilestore string
)

// copies is how something of a database is backed up.
type copies struct {
	what    string
	how     string   // functions called by backup.sh
	about   []string // their arguments
	restore string   // the script that restores it
}

func dumps(c *cluster.Cluster, db string) copies {
	about := []string{c.Bin, c.Socket, strconv.Itoa(c.Port)}
	return copies{"database", backupDatabase, about, given(restoreDatabase, append([]string{db}, about...))}
}

func packs(i Instance, db string) copies {
	about := []string{i.Data() + "/filestore", i.User}
	return copies{"filestore", backupFilestore, about, given(restoreFilestore, append([]string{db}, about...))}
}

// given is a script with its arguments set.
func given(script string, arguments []string) string {
	return "set -- " + shell.Words(arguments...) + "\n" + strings.TrimSpace(script)
}

// run is shell that makes the backup; it reports what exists afterwards in "$3".
func (c copies) run(dir, db string, keep int) string {
	words := append([]string{dir, db, c.what, strconv.Itoa(keep), c.restore}, c.about...)
	return "root=\n" + tasks.Folders + c.how + backup + `backup "$3" ` + shell.Words(words...) + "\n"
}
