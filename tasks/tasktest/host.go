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

// host is a fake host: what it is as a machine, and what the kinds of things on
// it are like.
type host struct {
	name        string
	now         time.Time
	facts       []string            // lines of the reading script
	pending     []string            // RUN VERB UNIT WHY
	candidates  map[string][]string // what apt has of packages, and what it says of them
	holds       []string            // what is in the shell of probes that succeed
	runs        map[string]string   // part of a command that works -> part of the probes that succeed then
	files       map[string]file
	units       map[string]unit
	users       map[string]string // lines of passwd
	groups      map[string]bool
	packages    map[string]string // version by name
	brings      map[string]string // text by path of what comes into folders that are built
	clusters    []*cluster
	output      *string // what its shell prints; nil: see knock
	python      string  // version of python3
	unreachable string
	all         *hosts

	// later is what is so when the test's own planning begins.
	later struct {
		pending     []string
		unreachable string
	}
}

// file is what stands at a path: d, f or l as tar and find call them.
type file struct {
	kind         byte
	owner, group string
	mode         int64
	text         string // content, or where a link points
}

type unit struct {
	enabled string // systemd's word
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

// copy returns hosts that can be changed without these.
func (all *hosts) copy() *hosts {
	c := &hosts{}
	for _, h := range all.list {
		n := *h
		n.all = c
		n.pending = slices.Clone(h.pending)
		n.files, n.units, n.users, n.groups = maps.Clone(h.files), maps.Clone(h.units), maps.Clone(h.users), maps.Clone(h.groups)
		n.packages = maps.Clone(h.packages)
		n.clusters = nil
		for _, cl := range h.clusters {
			n.clusters = append(n.clusters, cl.copy())
		}
		c.list = append(c.list, &n)
	}
	return c
}

// put places a file, and the directories above it where there are none.
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

// glob lists the paths that a shell would put for the pattern.
func (h *host) glob(pattern string) (list []string) {
	for p := range h.files {
		if ok, _ := path.Match(pattern, p); ok && !strings.HasPrefix(path.Base(p), ".") {
			list = append(list, p)
		}
	}
	sort.Strings(list)
	return list
}

// dump writes everything that a plan can change as text. What no plan brings back
// is left out unless wanted: what commands made, and what a server runs with,
// which may have been another thing than its files said.
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
