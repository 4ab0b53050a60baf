package tasktest

import (
	"fmt"
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
		if n == "no-such-package" {
			return fmt.Errorf("E: Unable to locate package %s", n)
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

// bring makes what a package brings.
func (h *host) bring(name string) error {
	switch m := postgresqlPackage.FindStringSubmatch(name); {
	case m != nil && m[1] == "":
		return h.bringCluster(`version: "15"`)
	case m != nil:
		return h.bringCluster(fmt.Sprintf("version: %q", m[1]))
	case strings.HasPrefix(name, "odoo"):
		h.installOdoo()
	case strings.HasPrefix(name, "nginx"):
		h.addNginx()
	case name == "certbot":
		h.addCertbot()
	}
	return nil
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
			c.left = true
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

var (
	createCluster = regexp.MustCompile(`pg_createcluster --start "\$v" (\S+)$`)
	initdb        = regexp.MustCompile(`^/usr/pgsql-(\d+)/bin/postgresql-\d+-setup initdb && systemctl enable --now`)
)

// makeCluster runs a command that makes a PostgreSQL cluster; ok is false for another
// one.
func (h *host) makeCluster(shell string) (ok bool, err error) {
	if m := createCluster.FindStringSubmatch(shell); m != nil {
		version, _, _ := strings.Cut(strings.TrimPrefix(shell, "v="), ";")
		return true, h.bringCluster(fmt.Sprintf("version: %q, name: %s", version, m[1]))
	}
	if m := initdb.FindStringSubmatch(shell); m != nil {
		return true, h.bringCluster(fmt.Sprintf("version: %q, layout: pgdg", m[1]))
	}
	return false, nil
}

// drop removes what a package brought.
func (h *host) drop(name string) {
	remove := func(unit string, paths ...string) {
		delete(h.units, unit)
		for _, p := range paths {
			h.mode([]string{p, "absent"})
		}
	}
	switch m := postgresqlPackage.FindStringSubmatch(name); {
	case m != nil:
		h.clusters = slices.DeleteFunc(h.clusters, func(c *cluster) bool {
			gone := c.version == m[1] || m[1] == "" && c.version == "15"
			switch {
			case gone && c.left:
				remove(c.unit())
				return false
			case gone:
				remove(c.unit(), c.config)
			}
			return gone
		})
		if len(h.clusters) == 0 {
			remove("", "/etc/postgresql")
		}
	case strings.HasPrefix(name, "odoo"):
		remove("odoo.service", "/etc/odoo")
		h.facts = slices.DeleteFunc(h.facts, func(l string) bool { return strings.HasPrefix(l, "odoo ") })
	case strings.HasPrefix(name, "nginx"):
		remove("nginx.service", "/etc/nginx")
	case name == "certbot":
		remove("certbot.timer", "/etc/letsencrypt/cli.ini")
		if len(h.glob("/etc/letsencrypt/*")) == 0 {
			delete(h.files, "/etc/letsencrypt")
		}
	}
}
