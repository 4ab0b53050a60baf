package tasktest

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

func init() {
	fakes["package"] = fake{answer: one("package", "packages", (*host).answerPackages), verbs: map[string]verb{
		"install_packages": (*transaction).installPackages,
		"remove_packages":  func(t *transaction, arg []string) error { t.removePackages(arg); return nil },
	}}
	fakes["version"] = fake{answer: one("version", "versions", (*host).answerVersions), verbs: map[string]verb{
		"upgrade_packages":   (*transaction).upgrade,
		"downgrade_packages": func(t *transaction, _ []string) error { t.set(t.former); return nil },
	}}
}

// upgrade records the present versions, and sets those of NAME=VERSION.
func (t *transaction) upgrade(specs []string) error {
	for _, spec := range specs {
		name, _, _ := strings.Cut(spec, "=")
		t.former = append(t.former, name+"="+t.h.packages[name])
	}
	t.set(specs)
	return nil
}

// set sets the versions of NAME=VERSION.
func (t *transaction) set(specs []string) {
	for _, spec := range specs {
		name, version, _ := strings.Cut(spec, "=")
		t.h.packages[name] = version
	}
}

// answerPackages is dpkg-query's output for installed packages.
func (h *host) answerPackages(names []string) (text string) {
	for _, n := range names {
		if v, ok := h.packages[n]; ok {
			text += fmt.Sprintf("installed %s %s\n", n, v)
		}
	}
	return text
}

// answerVersions is apt's output for installed packages. Unless the test says otherwise
// there is nothing newer, and the installed version is available.
func (h *host) answerVersions(names []string) (text string) {
	for _, n := range names {
		has, ok := h.packages[n]
		if !ok {
			continue
		}
		said := h.candidates[n]
		can, held, back := has, 0, 1
		for _, w := range said {
			switch w {
			case "held":
				held = 1
			case "gone":
				back = 0
			default:
				can = w
			}
		}
		text += fmt.Sprintf("%s %s %s %d %d\n", n, has, can, held, back)
	}
	return text
}

// installPackages does what apt-get install does on a Debian 12: the software of a new
// package is there as on a fresh host, and runs.
func (t *transaction) installPackages(names []string) error {
	for _, n := range names {
		if _, ok := t.h.packages[n]; ok {
			continue
		}
		t.h.packages[n] = "1.0-1"
		t.installed = append(t.installed, n)
		if err := t.h.bring(n); err != nil {
			return err
		}
	}
	return nil
}

// removePackages removes these, or without names what this transaction has installed.
func (t *transaction) removePackages(names []string) {
	if len(names) == 0 {
		names = t.installed
	}
	for _, n := range names {
		delete(t.h.packages, n)
		t.h.drop(n)
	}
}

var postgresqlPackage = regexp.MustCompile(`^postgresql(?:-([0-9.]+))?$`)

// brought is what a package has brought to a host, and takes away when it goes.
type brought struct{ files, units, clusters, facts []string }

// bring makes what a package brings.
func (h *host) bring(name string) error {
	files, units, clusters, facts := maps.Clone(h.files), maps.Clone(h.units), len(h.clusters), len(h.facts)
	switch m := postgresqlPackage.FindStringSubmatch(name); {
	case m != nil:
		if err := h.bringCluster(fmt.Sprintf("version: %q", cmp.Or(m[1], "15"))); err != nil {
			return err
		}
	case strings.HasPrefix(name, "odoo"):
		h.installOdoo()
	case name == "certbot":
		h.addCertbot()
	}
	b := brought{files: added(h.files, files), units: added(h.units, units), facts: slices.Clone(h.facts[facts:])}
	for _, c := range h.clusters[clusters:] {
		b.clusters = append(b.clusters, c.id())
	}
	h.brought = maps.Clone(h.brought)
	h.brought[name] = b
	return nil
}

func added[V any](now, was map[string]V) (keys []string) {
	for k := range now {
		if _, had := was[k]; !had {
			keys = append(keys, k)
		}
	}
	return keys
}

// drop takes away what a package brought.
func (h *host) drop(name string) {
	b := h.brought[name]
	for _, p := range b.files {
		delete(h.files, p)
	}
	for _, u := range b.units {
		delete(h.units, u)
	}
	h.clusters = slices.DeleteFunc(h.clusters, func(c *cluster) bool { return slices.Contains(b.clusters, c.id()) })
	h.facts = slices.DeleteFunc(slices.Clone(h.facts), func(f string) bool { return slices.Contains(b.facts, f) })
}

// bringCluster makes a PostgreSQL cluster that runs on the next free port.
func (h *host) bringCluster(form string) error {
	list, _, err := clusters([]byte(fmt.Sprintf("[{%s, port: %d}]", form, 5432+len(h.clusters))))
	if err != nil {
		return err
	}
	for _, c := range h.clusters {
		if c.id() == list[0].id() { // its files were left behind
			h.units[c.unit()] = unit{"enabled-runtime", true}
			c.load(h, true)
			return nil
		}
	}
	h.addClusters(list)
	for _, c := range list {
		h.units[c.unit()] = unit{"enabled-runtime", true}
		c.load(h, true)
	}
	return nil
}

var initdb = regexp.MustCompile(`^/usr/pgsql-(\d+)/bin/postgresql-\d+-setup initdb && systemctl enable --now`)

// makeCluster runs a command that makes a PostgreSQL cluster; ok is false for another
// one.
func (h *host) makeCluster(shell string) (ok bool, err error) {
	if list := commands(shell); len(list) > 0 {
		if c := list[len(list)-1]; c[0] == "make_cluster" {
			return true, h.bringCluster(fmt.Sprintf("version: %q, name: %s", c[1], c[2]))
		}
	}
	if m := initdb.FindStringSubmatch(shell); m != nil {
		return true, h.bringCluster(fmt.Sprintf("version: %q, layout: pgdg", m[1]))
	}
	return false, nil
}
