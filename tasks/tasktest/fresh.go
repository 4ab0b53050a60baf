package tasktest

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
)

// hosts makes the fake hosts of inventories: a fresh Debian each, with the
// packages that any of them needs and with what the test says instead.
func (e *example) hosts(inventories ...*inventory.Inventory) (*Hosts, error) {
	all := &Hosts{}
	for _, inv := range inventories {
		for _, ih := range inv.Hosts {
			if all.named(ih.Name) != nil {
				continue
			}
			h := &host{name: ih.Name, now: installed, python: "3.11", all: all, files: map[string]File{},
				units: map[string]unit{}, users: map[string]string{}, groups: map[string]bool{}, kernel: map[string]string{},
				packages: map[string]string{},
				mounts:   map[string]string{},
				brings:   map[string]string{}, brought: map[string]brought{}, runs: map[string]string{},
				candidates: map[string][]string{}}
			if err := h.install(ih, e.sections[ih.Name], partsOf(ih.Name, inventories)); err != nil {
				return nil, fmt.Errorf("%s: %w", ih.Name, err)
			}
			all.list = append(all.list, h)
		}
	}
	for name := range e.sections {
		if all.named(name) == nil {
			return nil, fmt.Errorf("the inventory has no host %s", name)
		}
	}
	return all, nil
}

// parts is what a host is for.
type parts struct{ postgresql, odoo, nginx bool }

func partsOf(name string, inventories []*inventory.Inventory) (p parts) {
	for _, inv := range inventories {
		if h := inv.Host(name); h != nil {
			p.postgresql = p.postgresql || len(h.PostgreSQLOf()) > 0
			p.odoo = p.odoo || len(h.OdooOf()) > 0
			p.nginx = p.nginx || len(h.NginxOf()) > 0
		}
	}
	return p
}

// plain are the parts of a fresh Debian.
var plain = func() map[string]string {
	m := map[string]string{}
	for _, f := range txtar.Parse(debian).Files {
		m[f.Name] = string(f.Data)
	}
	return m
}()

func (h *host) install(ih *inventory.Host, own map[string][]byte, p parts) error {
	h.learnFacts(ih, plain["facts"], string(own["facts"]))
	h.addSSH()
	for _, d := range []string{"/etc/systemd/system", "/etc/logrotate.d", "/etc/apt/sources.list.d", "/opt", "/usr/sbin",
		"/var/cache", "/var/lib", "/var/log"} {
		h.put(d, directory)
	}
	if p.postgresql {
		text := []byte(plain["clusters"])
		if t, ok := own["clusters"]; ok {
			text = t
		}
		list, running, err := clusters(text)
		if err != nil {
			return fmt.Errorf("clusters: %w", err)
		}
		h.addClusters(list)
		for name, active := range running {
			h.units[name] = unit{"enabled-runtime", active}
		}
	}
	if p.odoo && h.fact("odoo") {
		h.addOdoo()
	}
	if p.nginx && h.fact("nginx") {
		h.addNginx()
	}
	if err := h.override(own); err != nil {
		return err
	}
	for _, c := range h.clusters {
		given := c.copy().settings
		c.load(h, true)
		for name, s := range given {
			if s.Pending {
				c.settings[name] = s
			}
		}
	}
	return nil
}

func (h *host) addSSH() {
	h.units["ssh.service"] = unit{"enabled", true}
	h.put("/etc/ssh/sshd_config", plainFile(plain["sshd_config"]))
	h.put("/etc/ssh/sshd_config.d", directory)
	h.put("/etc/ssh/ssh_host_ed25519_key.pub", plainFile(sshKey(h.name)+" root@"+h.name+"\n"))
}

func (h *host) addOdoo() {
	h.units["odoo.service"] = unit{"enabled", true}
	h.put("/etc/odoo/odoo.conf", File{'f', "odoo", "odoo", 0o640, plain["odoo.conf"]})
}

func (h *host) addNginx() {
	h.units["nginx.service"] = unit{"enabled", true}
	h.put("/etc/nginx/nginx.conf", plainFile(plain["nginx.conf"]))
	for _, d := range []string{"sites-available", "sites-enabled", "conf.d", "modules-enabled"} {
		h.put("/etc/nginx/"+d, directory)
	}
	h.put("/etc/nginx/sites-available/default", plainFile(plain["nginx default"]))
	h.put("/etc/nginx/sites-enabled/default", link("/etc/nginx/sites-available/default"))
}

func (h *host) addClusters(list []*cluster) {
	h.clusters = append(h.clusters, list...)
	for _, c := range list {
		h.put(c.config+"/pg_hba.conf", File{'f', "postgres", "postgres", 0o640, plain[c.method()+" pg_hba.conf"]})
		main := "port = 5432\n"
		if c.major() >= 10 && c.layout == "" {
			main += "include_dir = 'conf.d'\n"
			h.put(c.config+"/conf.d", File{'d', "postgres", "postgres", 0o755, ""})
		}
		h.put(c.config+"/postgresql.conf", File{'f', "postgres", "postgres", 0o644, main})
	}
}

// method is the method of Debian's pg_hba.conf for connections over the network.
func (c *cluster) method() string {
	if c.major() < 14 {
		return "md5"
	}
	return "scram-sha-256"
}

// learnFacts merges the test's lines into the default ones: a name replaces all lines
// of that name.
func (h *host) learnFacts(ih *inventory.Host, plain, own string) {
	plain = strings.ReplaceAll(plain, "HOST", ih.Name)
	if a, err := netip.ParseAddr(ih.Address); err == nil {
		plain += fmt.Sprintf("address %s/%d\n", a, a.BitLen()-8)
	}
	name := func(line string) string { n, _, _ := strings.Cut(line, " "); return n }
	lines := strings.Split(strings.TrimSpace(own), "\n")
	for l := range strings.Lines(plain) {
		l = strings.TrimSpace(l)
		if !slices.ContainsFunc(lines, func(o string) bool { return name(o) == name(l) }) {
			h.facts = append(h.facts, l)
		}
	}
	for _, l := range lines {
		if p, ok := strings.CutPrefix(l, "pending "); ok {
			h.later.pending = append(h.later.pending, p)
		} else if strings.Contains(l, " ") {
			h.facts = append(h.facts, l)
		}
	}
}

func (h *host) fact(name string) bool {
	return slices.ContainsFunc(h.facts, func(l string) bool { return strings.HasPrefix(l, name+" ") })
}

// override applies the test's own sections to a fresh host.
func (h *host) override(own map[string][]byte) error {
	for section, data := range own {
		if path.IsAbs(section) {
			f, ok := h.files[section]
			if !ok {
				f = plainFile("")
			}
			f.Text = string(data)
			h.put(section, f)
		}
	}
	if text, ok := own["output"]; ok {
		output := string(text)
		h.output = &output
	}
	for section, data := range own {
		if path.IsAbs(section) || slices.Contains([]string{"facts", "clusters", "output"}, section) {
			continue
		}
		set := sections[section]
		if set == nil {
			return fmt.Errorf("a test has no section %q", section)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" {
				set(h, line, strings.Fields(line))
			}
		}
	}
	return nil
}

// sections are those that have a line for each thing: the line, and its words.
var sections = map[string]func(h *host, line string, w []string){
	"units": func(h *host, _ string, w []string) {
		h.units[w[0]] = unit{w[1], len(w) > 2 && w[2] == "active"}
		if w[1] == "missing" {
			delete(h.units, w[0])
		}
	},
	"mounts": func(h *host, line string, w []string) { h.mounts[w[0]] = strings.TrimSpace(line[len(w[0]):]) },
	"users": func(h *host, line string, _ []string) {
		name, _, _ := strings.Cut(line, ":")
		h.users[name], h.groups[name] = line, true
	},
	"runs": func(h *host, line string, _ []string) {
		part, probe, _ := strings.Cut(line, " => ")
		h.runs[part] = probe
	},
	"brings": func(h *host, line string, w []string) {
		h.brings[w[0]] += strings.TrimPrefix(line[len(w[0]):], " ") + "\n"
	},
	"kernel": func(h *host, line string, w []string) {
		h.kernel[w[0]] = strings.TrimSpace(strings.TrimPrefix(line, w[0]))
	},
	"modes":       func(h *host, _ string, w []string) { h.mode(w) },
	"holds":       func(h *host, line string, _ []string) { h.holds = append(h.holds, line) },
	"fails":       func(h *host, line string, _ []string) { h.fails = append(h.fails, line) },
	"candidates":  func(h *host, _ string, w []string) { h.candidates[w[0]] = w[1:] },
	"packages":    func(h *host, _ string, w []string) { h.packages[w[0]] = w[1] },
	"python":      func(h *host, line string, _ []string) { h.python = line },
	"unreachable": func(h *host, line string, _ []string) { h.later.unreachable = line },
}

// mode reads a line of the section modes.
func (h *host) mode(w []string) {
	p := path.Clean(w[0])
	switch {
	case w[1] == "absent":
		for other := range h.files {
			if other == p || strings.HasPrefix(other, p+"/") {
				delete(h.files, other)
			}
		}
	case w[1] == "->":
		h.put(p, link(w[2]))
	default:
		f, ok := h.files[p]
		if !ok {
			f.Kind = 'f'
		}
		if strings.HasSuffix(w[0], "/") {
			f.Kind = 'd'
		}
		f.Mode, _ = strconv.ParseInt(w[3], 8, 64)
		f.Owner, f.Group = w[1], w[2]
		h.put(p, f)
	}
}
