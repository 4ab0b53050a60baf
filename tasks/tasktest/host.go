package tasktest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"time"
)

// host is a fake host: its machine, and the state of the things on it.
type host struct {
	name        string
	now         time.Time
	facts       []string            // lines of the reading script
	pending     []string            // RUN VERB UNIT WHY
	candidates  map[string][]string // apt's candidates of packages
	holds       []string            // parts of probes that succeed
	runs        map[string]string   // part of a command that works -> part of the probes that succeed then
	files       map[string]file
	units       map[string]unit
	users       map[string]string // lines of passwd
	groups      map[string]bool
	packages    map[string]string // version by name
	brings      map[string]string // text by path of what built folders contain
	clusters    []*cluster
	says        *string // what its shell prints; nil: see knock
	python      string  // version of python3
	unreachable string
	all         *hosts

	// later is what becomes true when the test's own planning begins.
	later struct {
		pending     []string
		unreachable string
	}
}

// file is what is at a path: d, f or l as in tar and find.
type file struct {
	kind         byte
	owner, group string
	mode         int64
	text         string // content, or a link's target
}

type unit struct {
	enabled string // as systemd reports it
	active  bool
}

// hosts are the fake hosts of an inventory, in its order.
type hosts struct{ list []*host }

func (all *hosts) named(name string) *host {
	for _, h := range all.list {
		if h.name == name {
			return h
		}
	}
	return nil
}

// copy returns an independent copy.
func (all *hosts) copy() *hosts {
	c := &hosts{}
	for _, h := range all.list {
		n := *h
		n.all = c
		n.pending = slices.Clone(h.pending)
		n.files, n.units, n.users, n.groups = maps.Clone(h.files), maps.Clone(h.units), maps.Clone(h.users),
			maps.Clone(h.groups)
		n.packages = maps.Clone(h.packages)
		n.clusters = nil
		for _, cl := range h.clusters {
			n.clusters = append(n.clusters, cl.copy())
		}
		c.list = append(c.list, &n)
	}
	return c
}

// put places a file, and its missing parents.
func (h *host) put(p string, f file) {
	for up := path.Dir(p); up != "/"; up = path.Dir(up) {
		if _, ok := h.files[up]; !ok {
			h.files[up] = file{kind: 'd', owner: "root", group: "root", mode: 0o755}
		}
	}
	h.files[p] = f
}

// resolve follows links to a file.
func (h *host) resolve(p string) (file, bool) {
	for range 8 {
		f, ok := h.files[p]
		if !ok || f.kind != 'l' {
			return f, ok
		}
		if path.IsAbs(f.text) {
			p = f.text
		} else {
			p = path.Join(path.Dir(p), f.text)
		}
	}
	return file{}, false
}

// glob lists the paths that match a shell pattern.
func (h *host) glob(pattern string) (list []string) {
	for p := range h.files {
		if ok, _ := path.Match(pattern, p); ok && !strings.HasPrefix(path.Base(p), ".") {
			list = append(list, p)
		}
	}
	sort.Strings(list)
	return list
}

// dump writes everything that a plan can change as text. What no plan restores is
// omitted unless everything is set: the results of commands, and a server's running
// settings, which may have differed from its files.
func (h *host) dump(everything bool) string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for p, f := range h.files {
		add("%s %c %s:%s %04o %q", p, f.kind, f.owner, f.group, f.mode, f.text)
	}
	for n, u := range h.units {
		add("unit %s %s %v", n, u.enabled, u.active)
	}
	for _, u := range h.users {
		add("user %s", u)
	}
	for p := range h.packages {
		add("package %s", p)
	}
	for g := range h.groups {
		add("group %s", g)
	}
	for _, p := range h.pending {
		add("pending %s", p)
	}
	for _, c := range h.clusters {
		add("%s port %d", c.id(), c.port)
		for n, r := range c.roles {
			add("%s role %s %+v", c.id(), n, *r)
		}
		for n, d := range c.databases {
			odoo := ""
			if everything {
				odoo = d.Odoo
			}
			add("%s database %s of %s %s %v", c.id(), n, d.Owner, odoo, d.Private)
		}
		for n, s := range c.settings {
			if everything {
				add("%s setting %s %s %v", c.id(), n, s.Value, s.Pending)
			}
		}
	}
	sort.Strings(lines)
	return h.name + "\n" + strings.Join(lines, "\n") + "\n"
}

func (all *hosts) dump(everything bool) (text string) {
	for _, h := range all.list {
		text += h.dump(everything)
	}
	return text
}
