package inventory

import (
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
)

// entry is one host as the file defines it. A key with a range makes several.
type entry struct {
	host         *Host
	key          string // as written: web[1:3]
	body         *yaml.Node
	index, count int // place in the range, length of the range
}

// maxHosts bounds what a short file with ranges can define.
const maxHosts = 100_000

// nameHosts finds the hosts' names, which every other part refers to.
func (d *decoder) nameHosts(doc *document) {
	if doc.Hosts == nil {
		if !d.given(&doc.Hosts) {
			d.errs.add(d.at(doc), "hosts is missing: want hosts: {app1: {address: 192.168.1.11}, ...}")
		}
		return
	}
	d.inside("hosts", func() {
		if !d.isMapping(doc.Hosts) {
			return
		}
		for _, p := range d.pairs(doc.Hosts) {
			names, err := expand(p.name)
			if err != nil {
				d.errorf(p.key, "host %v", err)
			}
			if other := readOtherwise(p.key); other != "" {
				d.warns.add(d.pos(p.key), "host %s without quotes is %s to other programs that read YAML: write %q", p.name,
					other, p.name)
			}
			for i, name := range names {
				if len(d.entries) == maxHosts {
					d.errorf(p.key, "more than %d hosts", maxHosts)
					d.entries = nil // not worth reading
					return
				}
				d.nameHost(entry{&Host{Name: name, Pos: d.pos(p.key)}, p.name, p.value, i, len(names)})
			}
		}
		if len(d.entries) == 0 {
			d.errorf(doc.Hosts, "hosts is empty")
		}
		if d.budget > 0 {
			d.budget += maxInherited * len(d.entries)
		}
	})
}

func (d *decoder) nameHost(e entry) {
	h := e.host
	if !d.claimName("host", h.Name, h.Pos) {
		return
	}
	h.index = len(d.inv.Hosts)
	d.inv.hosts[h.Name] = h
	d.inv.Hosts = append(d.inv.Hosts, h)
	d.entries = append(d.entries, e)
}

// readHosts merges each host's settings and checks them.
func (d *decoder) readHosts(doc *document) {
	var defaults Host
	d.mergeDefaults(doc, &defaults)
	d.checkSSH(&defaults.SSH)
	for _, e := range d.entries {
		h := e.host
		d.mergeDefaults(doc, h)
		for _, name := range h.Groups {
			d.mergeGroup(h, name)
		}
		h.SSH.Jump = d.inheritedJump(h.SSH.Jump, h)
		d.readHost(e)
		d.checkHost(e)
	}
	d.checkJumps()
	d.checkAddresses()
}

func (d *decoder) mergeDefaults(doc *document, h *Host) {
	if doc.SSH != nil {
		d.inside("ssh", func() { d.decode(doc.SSH, &h.SSH) })
	}
	if doc.Sudo != nil {
		d.inside("sudo", func() { d.decode(doc.Sudo, &h.Sudo) })
	}
}

func (d *decoder) mergeGroup(h *Host, name string) {
	body := d.groupBodies[name]
	d.inside("groups", func() {
		d.inside(name, func() {
			for _, p := range d.pairs(body) {
				switch p.name {
				case "ssh":
					d.inside("ssh", func() { d.decode(p.value, &h.SSH) })
				case "sudo":
					d.inside("sudo", func() { d.decode(p.value, &h.Sudo) })
				}
			}
		})
	})
}

func (d *decoder) readHost(e entry) {
	h := e.host
	pos := h.Pos
	d.inside("hosts", func() {
		d.inside(e.key, func() {
			if e.body.ShortTag() != "!!null" {
				d.decode(e.body, h)
			}
		})
	})
	h.Pos = pos
	if !d.given(&h.Sudo) {
		h.Sudo = h.SSH.User != "root"
	}
}

// hostList reads the hosts that a group or a part of a deployment names: hosts, ranges of
// hosts and, once they are known, groups.
func (d *decoder) hostList(n *yaml.Node, out *[]*Host) bool {
	var names []string
	if !list(d, n, &names, d.text) {
		return false
	}
	if len(names) == 0 {
		return d.errorf(n, "%s is empty", strings.Join(d.path, "."))
	}
	ok := true
	var at []Pos
	first := map[*Host]bool{}
	for i := range names {
		pos := d.at(&names[i])
		hosts, found := d.lookUp(names[i], pos)
		ok = ok && found
		for _, h := range hosts {
			if first[h] {
				d.errs.add(pos, "host %s is in this list twice", h.Name)
				continue
			}
			first[h] = true
			*out, at = append(*out, h), append(at, pos)
		}
	}
	for i := range *out {
		d.where.put(&(*out)[i], at[i])
	}
	return ok
}

// lookUp returns the hosts that a name in a list stands for. Every name of a range must exist.
func (d *decoder) lookUp(name string, at Pos) ([]*Host, bool) {
	if g := d.inv.groups[name]; g != nil {
		return g.Hosts, true
	}
	names, err := expand(name)
	if err != nil {
		d.errs.add(at, "%v", err)
		return nil, false
	}
	var hosts []*Host
	var unknown []string
	for _, n := range names {
		if !d.spendAt(at) {
			return nil, false
		}
		if h := d.inv.hosts[n]; h != nil {
			hosts = append(hosts, h)
		} else {
			unknown = append(unknown, n)
		}
	}
	switch {
	case len(unknown) > 1:
		d.errs.add(at, "%d hosts of %s are not defined, the first is %s", len(unknown), name, unknown[0])
	case len(unknown) == 1:
		d.unknownHost(unknown[0], at)
	}
	return hosts, len(unknown) == 0
}

// maxSuggestions bounds the search for similar names, which takes time in proportion to
// errors times hosts.
const maxSuggestions = 50

func (d *decoder) unknownHost(name string, at Pos) {
	hint := ""
	if d.suggestions++; d.suggestions <= maxSuggestions {
		hint = nearest.Hint(name, sortedKeys(d.inv.hosts))
	}
	if hint == "" && strings.ContainsAny(name, ", ") {
		hint = "; write several as [a, b]"
	}
	d.errs.add(at, "host %s is not defined%s", name, hint)
}

func (d *decoder) hostRef(n *yaml.Node, out **Host) bool {
	var name string
	if !d.text(n, &name) {
		return false
	}
	if *out = d.inv.hosts[name]; *out == nil {
		d.unknownHost(name, d.pos(n))
	}
	return *out != nil
}
