package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
)

// deployments are those of the inventory, with what they have.
func deployments(t *typed) (list []cobra.Completion) {
	if t.inv == nil {
		return nil
	}
	for _, d := range t.inv.Deployments {
		list = append(list, word(d.Name, describe(d)))
	}
	return list
}

// describe is a deployment in a line: Odoo 14.0 on app1, app2; PostgreSQL on db1.
func describe(d *inventory.Deployment) string {
	var parts []string
	if d.Odoo != nil {
		parts = append(parts, strings.TrimSpace("Odoo "+d.Odoo.Version)+" on "+hostList(d.Odoo.Hosts))
	}
	if d.PostgreSQL != nil && d.PostgreSQL.Host != nil {
		parts = append(parts, "PostgreSQL on "+d.PostgreSQL.Host.Name)
	}
	if d.Nginx != nil {
		parts = append(parts, "nginx on "+hostList(d.Nginx.Hosts))
	}
	return strings.Join(parts, "; ")
}

func hostList(hosts []*inventory.Host) string {
	var names []string
	for _, h := range hosts {
		names = append(names, h.Name)
	}
	return inventory.Ranges(names)
}

// odooHosts are the Odoo hosts of the deployment on the line.
func odooHosts(t *typed) (list []cobra.Completion) {
	if t.inv == nil {
		return nil
	}
	d := t.inv.Deployment(t.args["DEPLOYMENT"])
	if d == nil || d.Odoo == nil {
		return nil
	}
	for _, h := range d.Odoo.Hosts {
		list = append(list, word(h.Name, h.Address))
	}
	return list
}

// justHosts are all hosts.
func justHosts(t *typed) (list []cobra.Completion) {
	if t.inv == nil {
		return nil
	}
	for _, h := range t.inv.Hosts {
		means := h.Address
		for _, of := range []struct {
			role string
			list []*inventory.Deployment
		}{
			{inventory.RoleOdoo, h.OdooOf()}, {inventory.RolePostgreSQL, h.PostgreSQLOf()}, {inventory.RoleNginx, h.NginxOf()},
		} {
			if len(of.list) > 0 {
				means += ", " + of.role
			}
		}
		list = append(list, word(h.Name, means))
	}
	return list
}

// hostNames are what a pattern of hosts is made of.
func hostNames(t *typed) (list []cobra.Completion) {
	if t.inv == nil {
		return nil
	}
	list = []cobra.Completion{word("odoo", "the hosts with an Odoo"), word("postgresql", "the hosts with a PostgreSQL"),
		word("nginx", "the hosts with an nginx"), word(failedHosts, "those that failed in the last run")}
	for _, g := range t.inv.Groups {
		list = append(list, word(g.Name, "group"))
	}
	for _, d := range t.inv.Deployments {
		list = append(list, word(d.Name, describe(d)))
	}
	return append(list, justHosts(t)...)
}

// spans offers both ends of a tunnel, up to their ports.
func spans(t *typed) offer {
	o := offer{how: cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace}
	near, _, second := strings.Cut(t.word, "=")
	for _, h := range justHosts(t) {
		name, means, _ := strings.Cut(h, "\t")
		if second {
			name = near + "=" + name
		}
		o.words = append(o.words, word(name+":", means))
	}
	return o
}

// manyRuns is how many runs are offered.
const manyRuns = 50

// runs are the newest of this machine, newest first, with what they were.
func runs(t *typed) (list []cobra.Completion) {
	list = append(list, word(journal.Last, "the newest"))
	records := journal.Outlines(t.u.runs(), t.word, manyRuns)
	for i, r := range report.NewHistoryDocument(records) {
		hosts := tasks.Plural(r.Hosts, "host")
		if names := records[i].Begin.Hosts; len(names) < 4 {
			hosts = strings.Join(names, ", ")
		}
		list = append(list, word(r.Run, fmt.Sprintf("%s  %s of %s on %s: %s", r.Began.Local().Format(time.DateTime), r.Verb,
			filepath.Base(r.Inventory), hosts, r.Result)))
	}
	return list
}

// secrets are the names in the encrypted file.
func secrets(t *typed) []cobra.Completion {
	if t.inv == nil {
		return nil
	}
	s, err := inventory.OpenSecrets(t.inv.SecretsFile(), t.u.machine())
	if err != nil {
		return nil
	}
	return s.Names()
}

// helpOfVerbs are the verbs below the ones on the line, and the topics of help.
func helpOfVerbs(t *typed) (list []cobra.Completion) {
	c, rest, err := t.verb.Root().Find(t.verb.Flags().Args())
	if err != nil || len(rest) > 0 {
		return nil
	}
	for _, sub := range c.Commands() {
		if slices.Contains(verbsBelow(c), sub.Name()) {
			list = append(list, word(sub.Name(), sub.Short))
		}
	}
	if !c.HasParent() {
		list = append(list, sorted(topics)...)
	}
	return list
}

// playbookFiles offers the playbooks that come with odooctl, or files where a path begins.
func playbookFiles(t *typed) offer {
	if strings.ContainsAny(t.word, "/.") {
		return files("yaml", "yml")(t)
	}
	own, _ := filepath.Glob("*.y*ml")
	return oneOf(append(playbooks.EmbeddedNames(), own...)...)(t)
}

// tags are what selects tasks of the playbook on the line.
func tags(t *typed) []cobra.Completion {
	o := hostOptions{playbook: t.flag("playbook")}
	book, err := o.book()
	if err != nil {
		return nil
	}
	return book.Tags()
}

// eachDeployment collects names of the deployment on the line, or of all.
func (t *typed) eachDeployment(of func(*inventory.Deployment) []string) (list []string) {
	if t.inv == nil {
		return nil
	}
	only := t.inv.Deployment(t.args["DEPLOYMENT"])
	for _, d := range t.inv.Deployments {
		if only == nil || d == only {
			list = append(list, of(d)...)
		}
	}
	return list
}

func databases(t *typed) []cobra.Completion {
	return t.eachDeployment(func(d *inventory.Deployment) []string {
		if d.Odoo == nil {
			return nil
		}
		return d.Odoo.Databases
	})
}

func modules(t *typed) []cobra.Completion {
	return t.eachDeployment(func(d *inventory.Deployment) []string {
		if d.Odoo == nil {
			return nil
		}
		return d.Odoo.Modules.All()
	})
}

func serverNames(t *typed) []cobra.Completion { return t.eachDeployment(odoo.ServerNames) }

func roles(t *typed) []cobra.Completion {
	return t.eachDeployment(func(d *inventory.Deployment) []string {
		if d.PostgreSQL == nil {
			return nil
		}
		return []string{d.PostgreSQL.Role.Name}
	})
}

// odooVersions are those that odooctl knows, newest first.
func odooVersions() (list []string) {
	for v := inventory.NewestOdoo; v >= inventory.OldestOdoo; v-- {
		list = append(list, strconv.Itoa(v)+".0")
	}
	return list
}

// pgVersions are likewise those of PostgreSQL.
func pgVersions() (list []string) {
	for v := inventory.NewestPostgreSQL; v >= 10; v-- {
		list = append(list, strconv.Itoa(v))
	}
	return append(list, "9.6", "9.5")
}

// places are the deployments with an Odoo, and their hosts.
func places(t *typed) (list []cobra.Completion) {
	if t.inv == nil {
		return nil
	}
	for _, d := range t.inv.Deployments {
		if d.Odoo == nil {
			continue
		}
		list = append(list, word(d.Name, describe(d)))
		for _, h := range d.Odoo.Hosts {
			list = append(list, word(h.Name, h.Address))
		}
	}
	return list
}
