package tunnel

import (
	"path"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("tunnel.ended", "removes the tunnels, and the keys of tunnels, that nothing asks for any more",
		func() tasks.Task { return &Ended{} })
	tasks.Register("tunnel.rotate",
		"a new key beside the old one for each tunnel; odoo.tunnel changes over to it, and tunnel.ended removes the old one",
		func() tasks.Task { return &Rotate{} })
}

// Ended removes from an Odoo host what no deployment needs any more: ended tunnels, and
// old keys. It runs after Odoo has been switched.
type Ended struct{}

// Plan implements tasks.Task.
func (Ended) Plan(h *tasks.Host) error {
	inUse := map[string]bool{}
	for _, d := range h.Tunnels() {
		inUse[d.Name] = true
	}
	folders := h.Glob("/etc/" + prefix + "*")
	h.Glob("/etc/" + prefix + "*/*.pub")
	removed := false
	for _, dir := range folders {
		name := strings.TrimPrefix(path.Base(dir), prefix)
		used := ""
		if until(h, name).After(h.Clock()) {
			inUse[name] = true // it ends by itself
			continue
		}
		if inUse[name] {
			used = identity(h, name)
			if used == "" {
				continue // not open yet
			}
		}
		for _, k := range keys(h, name) {
			if k.path < used || !inUse[name] {
				h.File(k.path + ".pub").Remove()
				h.Private(k.path).Remove()
			}
		}
		if !inUse[name] {
			removed = true
			h.File(dir + "/known_hosts").Remove()
			h.Unlink(dir)
			h.Unit(prefix + name + ".service").Undefine()
		}
	}
	if removed && len(inUse) == 0 {
		h.DropUser(User)
	}
	return nil
}

// identity returns the path of the key that the tunnel's service uses.
func identity(h *tasks.Host, name string) string {
	_, rest, _ := strings.Cut(h.File(unitDirectory+prefix+name+".service").Text(), " IdentityFile=")
	used, _, _ := strings.Cut(rest, " ")
	return used
}

// Rotate makes a new key for each tunnel of an Odoo host, named after the time of the
// run.
type Rotate struct{}

// Plan implements tasks.Task.
func (Rotate) Plan(h *tasks.Host) error {
	for _, d := range h.Tunnels() {
		base := firstKey + "-" + h.Now.UTC().Format("20060102T150405Z")
		h.Private(folder(d.Name) + "/" + base).Exists()
		k := newest(h, d.Name)
		if k.path == "" || path.Base(k.path) == base {
			continue // the first one is made anyway; or this run's exists
		}
		generateKey(h, d.Name, base)
		h.Unknown("the tunnel of %s with its new key", d.Name)
	}
	return nil
}
