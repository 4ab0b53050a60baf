package tasktest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func init() {
	enable := func(word string) verb {
		return func(t *transaction, arg []string) error {
			u := t.h.units[arg[0]]
			u.enabled = word
			t.h.units[arg[0]] = u
			return nil
		}
	}
	fakes["unit"] = fake{answer: one("unit", "units", (*host).answerUnits), verbs: map[string]verb{
		"enable":  enable("enabled"),
		"disable": enable("disabled"),
		"start":   func(t *transaction, arg []string) error { return t.h.act("start", arg[0]) },
		"stop": func(t *transaction, arg []string) error {
			u := t.h.units[arg[0]]
			u.active = false
			t.h.units[arg[0]] = u
			return nil
		},
		"daemon_reload": func(t *transaction, _ []string) error { t.h.daemonReload(); return nil },
	}}
}

func (h *host) answerUnits(names []string) string {
	var blocks []string
	for _, n := range names {
		blocks = append(blocks, "Id="+n+"\n"+h.properties(n))
	}
	return strings.Join(blocks, "\n")
}

// properties are systemctl show's output for a unit.
func (h *host) properties(name string) string {
	u, ok := h.units[name]
	if h.files["/etc/systemd/system/"+name].Text == "/dev/null" {
		u, ok = unit{"masked", false}, true
	}
	load, active := "loaded", "inactive"
	switch {
	case !ok:
		load = "not-found"
	case u.enabled == "masked":
		load = "masked"
	}
	if u.active {
		active = "active"
	}
	return fmt.Sprintf("LoadState=%s\nActiveState=%s\nUnitFileState=%s\n", load, active, u.enabled)
}

// act is the verb: what does not run is not reloaded or restarted.
func (t *transaction) act(verb, name string) error {
	if verb != "start" && !t.h.units[name].active {
		t.say(name + " does not run: nothing to " + verb)
	} else {
		t.acted = append(t.acted, [2]string{verb, name})
	}
	return t.h.act(verb, name)
}

// act is systemctl reload, restart or start.
func (h *host) act(verb, name string) error {
	u, ok := h.units[name]
	if verb == "start" {
		if _, there := h.files["/etc/systemd/system/"+name]; there && !ok { // systemd reads what it does not know
			h.daemonReload()
			u, ok = h.units[name]
		}
		if !ok || u.enabled == "masked" {
			return fmt.Errorf("%s cannot be started: %v", name, u)
		}
		u.active = true
		h.units[name] = u
	}
	h.pending = slices.DeleteFunc(h.pending, func(p string) bool { return strings.Fields(p)[2] == name })
	if name == "nginx.service" && verb != "reload" { // it reads again what its unit says
		h.facts = slices.DeleteFunc(h.facts, func(line string) bool { return strings.HasPrefix(line, "runs ") })
	}
	for _, c := range h.clusters {
		if c.unit() == name && u.active {
			c.load(h, verb != "reload")
		}
	}
	return nil
}

// daemonReload makes the fake systemd read its units again: a file of the
// administrator's defines one, and one of odooctl's disappears with its file.
func (h *host) daemonReload() {
	for p, f := range h.files {
		if name := path.Base(p); path.Dir(p) == "/etc/systemd/system" && isUnit(p) && f.Kind == 'f' {
			if _, known := h.units[name]; !known {
				h.units[name] = unit{"disabled", false}
			}
		}
	}
	for name, u := range h.units {
		if _, there := h.files["/etc/systemd/system/"+name]; !there && defined(name) && u.enabled != "static" {
			delete(h.units, name)
		}
	}
}

// defined distinguishes odooctl's units from those of packages.
func defined(name string) bool {
	return strings.HasPrefix(name, "odoo-") || strings.HasPrefix(name, "odoo@") || strings.HasPrefix(name, "odooctl-") ||
		strings.HasSuffix(name, "mount")
}

func isUnit(name string) bool {
	return strings.HasSuffix(name, ".service") || strings.HasSuffix(name, "mount")
}
