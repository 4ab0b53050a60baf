package tasktest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

func init() {
	fakes["odoo"], fakes["odoo modules"] = fake{}, fake{}                             // part of the cluster's answer
	fakes["hba doubts"], fakes["hba doubted"], fakes["time"] = fake{}, fake{}, fake{} // only status asks
}

// answerOdoo prints, part by part, the modules in the cluster's databases.
func (c *cluster) answerOdoo(questions []string, part func(name, value string)) {
	wanted, asked := map[string]bool{"base": true}, map[string]bool{}
	for _, q := range questions {
		_, name, _ := strings.Cut(q, " ")
		wanted[name] = true
	}
	for _, q := range questions {
		db, _, _ := strings.Cut(q, " ")
		d := c.databases[db]
		if asked[db] {
			continue
		}
		asked[db] = true
		switch {
		case d == nil:
			part("odoo "+db, "")
			part("odoo.said "+db, fmt.Sprintf("psql: error: FATAL:  database %q does not exist\n", db))
			continue
		case d.View:
			part("odoo "+db, `{"kind": "v", "text": true, "owner": "`+d.Owner+`"}`+"\n")
		case d.Odoo == "":
			part("odoo "+db, "")
		default:
			text := `{"kind": "r", "text": true, "owner": "` + d.Owner + `"}` + "\nbase\tinstalled\t" + d.Odoo + "\n"
			for name, version := range d.Modules {
				switch {
				case !wanted[name]:
				case version == "uninstalled":
					text += name + "\t" + version + "\t\\N\n"
				default:
					text += name + "\tinstalled\t" + version + "\n"
				}
			}
			part("odoo "+db, text)
		}
		part("odoo.done "+db, "")
	}
}

var (
	onDatabase = regexp.MustCompile(`--database '?([^' ]+)`)
	onModules  = regexp.MustCompile(`--(?:init|update) (\S+)`)
	onVersion  = regexp.MustCompile(`'version': '([^']+)'`)
)

// command runs the tasks' commands: Odoo, on the modules of a database, and what the
// test lists under "runs".
func (h *host) command(shell string) error {
	if h.refuses(shell) {
		return errors.New("the test says so")
	}
	for part, probe := range h.runs {
		if strings.Contains(shell, part) {
			h.holds = append(slices.Clone(h.holds), probe)
			return nil
		}
	}
	if ok, err := h.makeCluster(shell); ok {
		return err
	}
	if strings.Contains(shell, "certbot certonly") {
		h.certbot(shell)
		return nil
	}
	if strings.Contains(shell, "# Backs up one thing") {
		return nil
	}
	if strings.Contains(shell, "ss -Hntp") {
		return nil // fake hosts have no connections
	}
	if i := strings.LastIndex(shell, "\n"); strings.Contains(shell, "setfacl") { // its last line is its probe
		h.holds = append(slices.Clone(h.holds), shell[i+1:])
		return nil
	}
	if strings.HasSuffix(shell, "install /var/cache/odooctl/odoo.deb") {
		h.installOdoo()
		return nil
	}
	db, modules := onDatabase.FindStringSubmatch(shell), onModules.FindAllStringSubmatch(shell, -1)
	if db == nil || modules == nil {
		return fmt.Errorf("the fake host does not know the command %s", shell)
	}
	if !strings.Contains(shell, "--config /etc/odoo/") {
		return errors.New("Odoo runs without its configuration")
	}
	d := h.odooDatabase(db[1])
	if d == nil {
		return fmt.Errorf("no server has the database %s", db[1])
	}
	d.Modules = maps.Clone(d.Modules)
	if d.Modules == nil {
		d.Modules = map[string]string{}
	}
	for _, m := range modules {
		for name := range strings.SplitSeq(m[1], ",") {
			if name == "base" {
				d.Odoo = "1.3"
			} else if err := h.work(d, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// work installs or updates a module from the host's disk.
func (h *host) work(d *database, module string) error {
	for p, f := range h.files {
		if m := onVersion.FindStringSubmatch(f.Text); m != nil && strings.HasSuffix(p, "/"+module+"/__manifest__.py") {
			d.Modules[module] = "14.0." + m[1]
			return nil
		}
	}
	return fmt.Errorf("there is no module %s", module)
}

func (h *host) odooDatabase(name string) *database {
	for _, other := range h.all.list {
		for _, c := range other.clusters {
			if d := c.databases[name]; d != nil && other.units[c.unit()].active {
				return d
			}
		}
	}
	return nil
}

// installOdoo does what the package does: files, and a service that starts at once
// unless it is masked.
func (h *host) installOdoo() {
	h.addOdoo()
	for line := range strings.Lines(plain["facts"]) {
		if strings.HasPrefix(line, "odoo ") {
			h.facts = append(h.facts, strings.TrimSpace(line))
		}
	}
	if h.files["/etc/systemd/system/odoo.service"].Text == "/dev/null" {
		h.units["odoo.service"] = unit{"disabled", false}
	}
}
