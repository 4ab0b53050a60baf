package tasktest

import (
	"fmt"
	"maps"
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
func (e *example) hosts(inventories ...*inventory.Inventory) (*hosts, error) {
	all := &hosts{}
	for _, inv := range inventories {
		for _, ih := range inv.Hosts {
			if all.named(ih.Name) != nil {
				continue
			}
			h := &host{name: ih.Name, now: installed, python: "3.11", all: all, files: map[string]file{}, units: map[string]unit{}, users: map[string]string{}, groups: map[string]bool{}, packages: map[string]string{}, brings: map[string]string{}}
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

// parts says what a host is for.
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
	for _, d := range []string{"/etc/systemd/system", "/etc/logrotate.d", "/etc/apt/sources.list.d", "/opt", "/usr/sbin", "/var/cache", "/var/lib", "/var/log"} {
		h.put(d, file{'d', "root", "root", 0o755, ""})
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
	h.put("/etc/ssh/sshd_config", file{'f', "root", "root", 0o644, plain["sshd_config"]})
	h.put("/etc/ssh/sshd_config.d", file{'d', "root", "root", 0o755, ""})
	h.put("/etc/ssh/ssh_host_ed25519_key.pub", file{'f', "root", "root", 0o644, sshKey(h.name) + " root@" + h.name + "\n"})
}

func (h *host) addOdoo() {
	h.units["odoo.service"] = unit{"enabled", true}
	h.put("/etc/odoo/odoo.conf", file{'f', "odoo", "odoo", 0o640, plain["odoo.conf"]})
}

func (h *host) addNginx() {
	h.units["nginx.service"] = unit{"enabled", true}
	h.put("/etc/nginx/nginx.conf", file{'f', "root", "root", 0o644, plain["nginx.conf"]})
	for _, d := range []string{"sites-available", "sites-enabled", "conf.d", "modules-enabled"} {
		h.put("/etc/nginx/"+d, file{'d', "root", "root", 0o755, ""})
	}
	h.put("/etc/nginx/sites-available/default", file{'f', "root", "root", 0o644, plain["nginx default"]})
	h.put("/etc/nginx/sites-enabled/default", file{'l', "root", "root", 0o777, "/etc/nginx/sites-available/default"})
}

func (h *host) addClusters(list []*cluster) {
	h.clusters = append(h.clusters, list...)
	for _, c := range list {
		h.put(c.config+"/pg_hba.conf", file{'f', "postgres", "postgres", 0o640, plain[c.method()+" pg_hba.conf"]})
		main := "port = 5432\n"
		if c.major() >= 10 && c.layout == "" {
			main += "include_dir = 'conf.d'\n"
			h.put(c.config+"/conf.d", file{'d', "postgres", "postgres", 0o755, ""})
		}
		h.put(c.config+"/postgresql.conf", file{'f', "postgres", "postgres", 0o644, main})
	}
}

// method is what Debian's pg_hba.conf asks of connections over the network.
func (c *cluster) method() string {
	if c.major() < 14 {
		return "md5"
	}
	return "scram-sha-256"
}

// learnFacts lays the test's lines over the default ones: a name takes the place
// of all lines of that name.
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

// override puts the test's own sections over a fresh host.
func (h *host) override(own map[string][]byte) error {
	for section, data := range own {
		if path.IsAbs(section) {
			f, ok := h.files[section]
			if !ok {
				f = file{kind: 'f', owner: "root", group: "root", mode: 0o644}
			}
			f.text = string(data)
			h.put(section, f)
		}
	}
	if text, ok := own["output"]; ok {
		output := string(text)
		h.output = &output
	}
	for section, data := range own {
		for line := range strings.Lines(string(data)) {
			w := strings.Fields(line)
			switch {
			case section == "units" && len(w) > 1:
				h.units[w[0]] = unit{w[1], len(w) > 2 && w[2] == "active"}
				if w[1] == "missing" {
					delete(h.units, w[0])
				}
			case section == "modes" && len(w) > 1:
				h.mode(w)
			case section == "users":
				name, _, _ := strings.Cut(line, ":")
				h.users[name], h.groups[name] = strings.TrimSpace(line), true
			case section == "holds" && len(w) > 0:
				h.holds = append(h.holds, strings.TrimSpace(line))
			case section == "candidates" && len(w) > 1:
				if h.candidates == nil {
					h.candidates = map[string][]string{}
				}
				h.candidates[w[0]] = w[1:]
			case section == "runs" && strings.Contains(line, " => "):
				part, probe, _ := strings.Cut(strings.TrimSpace(line), " => ")
				h.runs = maps.Clone(h.runs)
				if h.runs == nil {
					h.runs = map[string]string{}
				}
				h.runs[part] = probe
			case section == "brings" && len(w) > 0:
				p, text, _ := strings.Cut(strings.TrimSpace(line), " ")
				h.brings[p] += text + "\n"
			case section == "python" && len(w) == 1:
				h.python = w[0]
			case section == "packages" && len(w) == 2:
				h.packages[w[0]] = w[1]
			case section == "unreachable":
				h.later.unreachable = strings.TrimSpace(line)
			case !path.IsAbs(section) && section != "facts" && section != "clusters" && section != "output":
				return fmt.Errorf("a test has no section %q with a line %q", section, line)
			}
		}
	}
	return nil
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
		h.put(p, file{'l', "root", "root", 0o777, w[2]})
	default:
		f, ok := h.files[p]
		if !ok {
			f.kind = 'f'
		}
		if strings.HasSuffix(w[0], "/") {
			f.kind = 'd'
		}
		f.mode, _ = strconv.ParseInt(w[3], 8, 64)
		f.owner, f.group = w[1], w[2]
		h.put(p, f)
	}
}
