package odoo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
	"odooctl/tasks/postgresql/cluster"
)

// folders lists the folders of an Odoo's modules on its hosts, in the order in which
// Odoo searches them (odoo/modules/module.py, initialize_sys_path).
func (i Instance) folders() []string {
	if tree, err := sourceTree(i.Deployment); i.Odoo.Source() != nil && err == nil {
		return append(i.addonsPath(), tree.Dir()+"/odoo/addons", tree.Dir()+"/addons")
	}
	return append(i.addonsPath(), "/usr/lib/python3/dist-packages/odoo/addons", "/usr/lib/python3/dist-packages/addons")
}

// addonsPath is the value of addons_path.
func (i Instance) addonsPath() (list []string) {
	for _, a := range i.Odoo.Addons {
		list = append(list, i.folderOf(a))
	}
	return append(list, i.Odoo.AddonsPath...)
}

var manifestVersion = regexp.MustCompile(`["']version["']\s*:\s*u?["']([^"']*)["']`)

// onDisk returns the version of a module on the host as Odoo stores it in a database;
// "" if no folder has the module.
func (i Instance) onDisk(h *tasks.Host, major int, module string) string {
	if text, ok := i.brought(module); ok {
		return adapt(major, versionOf(text))
	}
	found := ""
	for _, folder := range i.folders() {
		for _, name := range version.Of(major).Manifests {
			f := h.File(folder + "/" + module + "/" + name)
			if found == "" && f.Exists() { // all are read in one round
				found = adapt(major, versionOf(f.Text()))
			}
		}
	}
	return found
}

func versionOf(manifest string) string {
	if m := manifestVersion.FindStringSubmatch(manifest); m != nil {
		return m[1]
	}
	return "1.0"
}

// adapt prefixes a module's version with the series, as adapt_version of
// odoo/modules/module.py does.
func adapt(major int, v string) string {
	series := fmt.Sprintf("%d.0", major)
	if v == series || !strings.HasPrefix(v, series+".") {
		return series + "." + v
	}
	return v
}

// sameVersion compares the version on disk with the one in a database. Odoo 19 does not
// prefix a version that is the series itself.
func sameVersion(major int, disk, database string) bool {
	series := fmt.Sprintf("%d.0", major)
	return disk == database || disk == series+"."+series && database == series
}

// due is what has to be done to the modules of one database.
type due struct{ Install, Update []string }

func (d due) empty() bool { return len(d.Install)+len(d.Update) == 0 }

// args are the arguments for Odoo.
func (d due) args() (args []string) {
	if len(d.Install) > 0 {
		args = append(args, "--init", strings.Join(d.Install, ","))
	}
	if len(d.Update) > 0 {
		args = append(args, "--update", strings.Join(d.Update, ","))
	}
	return args
}

// dueIn compares a database with the disk of the leading host. A database that is not
// set up yet gets its modules with the setup.
func (i Instance) dueIn(leader *tasks.Host, c *cluster.Cluster, major int, database string) (d due, err error) {
	ahead := i.onItsWay(leader)
	for _, m := range i.modulesOf(leader) {
		state, has := moduleOf(c, database, m)
		disk := i.onDisk(leader, major, m)
		switch {
		case !slices.Contains(i.Odoo.Modules.All(), m) && state != "installed" && state != "to upgrade":
			leader.Warn("module %s is not installed in database %s: it is not updated there", m, database)
		case disk == "" && !ahead:
			return due{}, i.missing(leader, m)
		case state != "installed" && state != "to upgrade":
			if slices.Contains(i.Odoo.Modules.Install, m) {
				d.Install = append(d.Install, m)
			}
		case state == "to upgrade" || slices.Contains(updates(leader), m) ||
			slices.Contains(i.Odoo.Modules.Update, m) && (ahead || !sameVersion(major, disk, has)):
			d.Update = append(d.Update, m)
		}
	}
	return d, nil
}
