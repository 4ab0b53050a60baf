package tasktest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
)

// host is a fake host: its machine, and the state of the things on it.
type host struct {
	name        string
	now         time.Time
	mounts      map[string]string   // by folder: device, path, type and source; see mount.sh
	facts       []string            // lines of the reading script
	pending     []string            // RUN VERB UNIT WHY
	candidates  map[string][]string // what apt has of packages, and what it says of them
	holds       []string            // what is in the shell of probes that succeed
	fails       []string            // what is in the shell of checks and commands that fail
	runs        map[string]string   // part of a command that works -> part of the probes that succeed then
	files       map[string]File
	units       map[string]unit
	users       map[string]string // lines of passwd
	groups      map[string]bool
	kernel      map[string]string // values of settings, by path below /proc/sys
	packages    map[string]string // version by name
	brought     map[string]brought
	brings      map[string]string // text by path of what comes into folders that are built
	clusters    []*cluster
	output      *string // what its shell prints; nil: see knock
	python      string  // version of python3
	unreachable string
	all         *Hosts

	// later is what becomes true when the test's own planning begins.
	later struct {
		pending     []string
		unreachable string
	}
}

// File is what is at a path of a host.
type File struct {
	Kind         byte // d, f or l, as find calls them
	Owner, Group string
	Mode         int64
	Text         string // content, or where a link points
}

// directory, plainFile and link are as most of Debian is.
var directory = File{'d', "root", "root", 0o755, ""}

func plainFile(text string) File { return File{'f', "root", "root", 0o644, text} }
func link(target string) File    { return File{'l', "root", "root", 0o777, target} }

type unit struct {
	enabled string // as systemd reports it
	active  bool
}

// Hosts are the fake hosts of an inventory, in its order.
type Hosts struct{ list []*host }

// Open returns the fake hosts of a test file, and its inventory.
func Open(a *txtar.Archive) (*Hosts, *inventory.Inventory, error) {
	e, err := parse(a)
	if err != nil {
		return nil, nil, err
	}
	inv, err := e.load(e.inventory)
	if err != nil {
		return nil, nil, err
	}
	all, err := e.hosts(inv)
	return all, inv, err
}

// Files returns what stands on a host, by path.
func (all *Hosts) Files(host string) map[string]File { return maps.Clone(all.named(host).files) }

// SetFiles has these files stand on a host, and no others.
func (all *Hosts) SetFiles(host string, files map[string]File) {
	all.named(host).files = maps.Clone(files)
}

func (all *Hosts) named(name string) *host {
	for _, h := range all.list {
		if h.name == name {
			return h
		}
	}
	return nil
}

// copy returns hosts that can be changed without these.
func (all *Hosts) copy() *Hosts {
	c := &Hosts{}
	for _, h := range all.list {
		n := *h
		n.all = c
		n.pending = slices.Clone(h.pending)
		n.files, n.units, n.users, n.groups = maps.Clone(h.files), maps.Clone(h.units), maps.Clone(h.users),
			maps.Clone(h.groups)
		n.packages, n.kernel = maps.Clone(h.packages), maps.Clone(h.kernel)
		n.clusters = nil
		for _, cl := range h.clusters {
			n.clusters = append(n.clusters, cl.copy())
		}
		c.list = append(c.list, &n)
	}
	return c
}

// put places a file, and the directories above it where there are none.
func (h *host) put(p string, f File) {
	for up := path.Dir(p); up != "/"; up = path.Dir(up) {
		if _, ok := h.files[up]; !ok {
			h.files[up] = directory
		}
	}
	h.files[p] = f
}

// resolve follows links to a file.
func (h *host) resolve(p string) (File, bool) {
	for range 8 {
		f, ok := h.files[p]
		if !ok || f.Kind != 'l' {
			return f, ok
		}
		if path.IsAbs(f.Text) {
			p = f.Text
		} else {
			p = path.Join(path.Dir(p), f.Text)
		}
	}
	return File{}, false
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
		add("%s %c %s:%s %04o %q", p, f.Kind, f.Owner, f.Group, f.Mode, f.Text)
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
	for n, v := range h.kernel {
		add("kernel %s %s", n, v)
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

func (all *Hosts) dump(everything bool) (text string) {
	for _, h := range all.list {
		text += h.dump(everything)
	}
	return text
}
