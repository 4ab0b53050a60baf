package inventory

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"odooctl/inventory/nearest"
)

// The names of the roles, as Match and playbooks take them.
const (
	RoleAll        = "all"
	RoleOdoo       = "odoo"
	RolePostgreSQL = "postgresql"
	RoleNginx      = "nginx"
)

var roles = []string{RoleAll, RoleOdoo, RolePostgreSQL, RoleNginx}

// Match returns the hosts that a pattern names, in the order of the inventory. A pattern
// is a list of terms with : or , between:
//
//	odoo, postgresql, nginx, all   the hosts of a role
//	eu, mycompany, app1            a group, a deployment, a host
//	app*, web[1:20]                a glob over the hosts' names (* and ?), a range
//	!app2                          without these
//	&eu                            only these
//
// The plain terms are united first, then & and ! are applied, in whatever order they are
// written. Without a plain term it starts from all hosts. The answer may be empty. An
// unknown name, or a glob that matches no host, is an error.
func (inv *Inventory) Match(pattern string) ([]*Host, error) {
	united, only, without := map[*Host]bool{}, []map[*Host]bool{}, map[*Host]bool{}
	plain := false
	for _, term := range Terms(pattern) {
		name := strings.TrimLeft(term, "!&")
		if len(term)-len(name) > 1 || name == "" {
			return nil, fmt.Errorf("match hosts %q: %q is not a name; want something like odoo:!app2", pattern, term)
		}
		hosts, err := inv.term(name)
		if err != nil {
			return nil, fmt.Errorf("match hosts %q: %w", pattern, err)
		}
		switch term[0] {
		case '!':
			addHosts(without, hosts)
		case '&':
			set := map[*Host]bool{}
			addHosts(set, hosts)
			only = append(only, set)
		default:
			plain = true
			addHosts(united, hosts)
		}
	}
	if !plain {
		addHosts(united, inv.Hosts)
	}
	for h := range united {
		keep := !without[h]
		for _, set := range only {
			keep = keep && set[h]
		}
		if !keep {
			delete(united, h)
		}
	}
	return inv.inOrder(united), nil
}

func addHosts(set map[*Host]bool, hosts []*Host) {
	for _, h := range hosts {
		set[h] = true
	}
}

// Terms cuts a pattern into its terms: at : and , outside of brackets.
func Terms(pattern string) []string {
	inside := false
	terms := strings.FieldsFunc(pattern, func(r rune) bool {
		switch r {
		case '[':
			inside = true
		case ']':
			inside = false
		}
		return (r == ':' || r == ',') && !inside
	})
	for i, t := range terms {
		terms[i] = strings.TrimSpace(t)
	}
	if len(terms) == 0 {
		return []string{""}
	}
	return terms
}

func (inv *Inventory) term(name string) ([]*Host, error) {
	if strings.ContainsAny(name, "*?") {
		return inv.glob(name)
	}
	names, err := expand(name)
	if err != nil {
		return nil, err
	}
	var hosts []*Host
	for _, n := range names {
		named, ok := inv.named(n)
		if !ok {
			return nil, fmt.Errorf("there is no host, group, deployment or role %s%s", n, nearest.Hint(n, inv.allNames()))
		}
		hosts = append(hosts, named...)
	}
	return hosts, nil
}

func (inv *Inventory) named(name string) ([]*Host, bool) {
	if h := inv.hosts[name]; h != nil {
		return []*Host{h}, true
	}
	if g := inv.groups[name]; g != nil {
		return g.Hosts, true
	}
	if d := inv.deployments[name]; d != nil {
		return d.Hosts(), true
	}
	return inv.role(name)
}

func (inv *Inventory) role(name string) ([]*Host, bool) {
	var plays func(*Host) bool
	switch name {
	case RoleAll:
		return inv.Hosts, true
	case RoleOdoo:
		plays = func(h *Host) bool { return len(h.odoo) > 0 }
	case RolePostgreSQL:
		plays = func(h *Host) bool { return len(h.postgresql) > 0 }
	case RoleNginx:
		plays = func(h *Host) bool { return len(h.nginx) > 0 }
	default:
		return nil, false
	}
	var hosts []*Host
	for _, h := range inv.Hosts {
		if plays(h) {
			hosts = append(hosts, h)
		}
	}
	return hosts, true
}

func (inv *Inventory) glob(pattern string) ([]*Host, error) {
	if strings.ContainsAny(pattern, `[]\`) {
		return nil, errors.New("a glob with * or ? takes no range")
	}
	var hosts []*Host
	for _, h := range inv.Hosts {
		if ok, err := path.Match(pattern, h.Name); err == nil && ok {
			hosts = append(hosts, h)
		}
	}
	if hosts == nil {
		return nil, fmt.Errorf("no host's name matches %s", pattern)
	}
	return hosts, nil
}

func (inv *Inventory) allNames() []string {
	names := append([]string(nil), roles...)
	names = append(names, sortedKeys(inv.groups)...)
	names = append(names, sortedKeys(inv.deployments)...)
	return append(names, sortedKeys(inv.hosts)...)
}
