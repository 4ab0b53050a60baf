package tasktest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"odooctl/tasks/postgresql/conf"
	"odooctl/tasks/postgresql/hba"
)

// act is systemctl reload, restart or start, as the transaction's verb does it.
func (h *host) act(verb, name string) error {
	u, ok := h.units[name]
	if !ok || u.enabled == "masked" {
		return fmt.Errorf("%s cannot be acted on: %v", name, u)
	}
	if verb == "start" {
		u.active = true
		h.units[name] = u
	}
	h.pending = slices.DeleteFunc(h.pending, func(p string) bool { return strings.Fields(p)[2] == name })
	for _, c := range h.clusters {
		if c.unit() == name && u.active {
			c.load(h, verb != "reload")
		}
	}
	return nil
}

// system runs the verbs that only hand on to a system tool.
func (h *host) system(verb string, arg []string) error {
	switch verb {
	case "enable", "disable":
		u := h.units[arg[0]]
		u.enabled = verb + "d"
		h.units[arg[0]] = u
	case "stop":
		u := h.units[arg[0]]
		u.active = false
		h.units[arg[0]] = u
	case "start":
		return h.act("start", arg[0])
	case "add_group":
		h.groups[arg[0]] = true
	case "drop_group":
		delete(h.groups, arg[0])
	case "add_user", "alter_user":
		h.users[arg[0]] = fmt.Sprintf("%s:x:999:999::%s:%s", arg[0], arg[1], arg[2])
	case "leave_user": // nobody fills homes here
		delete(h.users, arg[0])
	case "drop_user":
		delete(h.users, arg[0])
	default:
		return errors.New("the fake host does not know this verb")
	}
	return nil
}

var certificateLine = regexp.MustCompile(`(?m)^\s*ssl_certificate(?:_key)? (\S+);`)

// check runs a validation by its title. An unknown one passes.
func (h *host) check(title string) error {
	switch title {
	case "nginx -t":
		for _, p := range append(h.glob("/etc/nginx/sites-enabled/*"), h.glob("/etc/nginx/conf.d/*.conf")...) {
			f, ok := h.resolve(p)
			if !ok {
				return fmt.Errorf("%s leads nowhere", p)
			}
			for _, m := range certificateLine.FindAllStringSubmatch(f.text, -1) {
				if _, ok := h.files[m[1]]; !ok {
					return fmt.Errorf("%s: cannot load %s", p, m[1])
				}
			}
		}
	case "postgres -C":
		for p := range h.files {
			if !strings.HasPrefix(p, "/etc/postgresql/") || !strings.HasSuffix(p, ".conf") || strings.Contains(p, "hba") {
				continue
			}
			for _, e := range conf.Parse(h.files[p].text).Errors {
				return fmt.Errorf("%s: %w", p, e)
			}
		}
	case "pg_hba_file_rules":
		for _, c := range h.clusters {
			if !h.units[c.unit()].active {
				continue
			}
			for _, name := range []string{"pg_hba.conf", hba.IncludedFile} {
				for _, e := range hba.Parse(h.files[c.config+"/"+name].text, c.major()).Errors() {
					return fmt.Errorf("%s: %w", name, e)
				}
			}
		}
	}
	return nil
}
