package dbfilter

import (
	"fmt"
	"slices"
	"strings"
)

// stranger is a database name that no filter is meant to match.
const stranger = "zz9-plural-z-alpha"

// Lint lists problems of the rule for a server with these databases and host names:
// *.example.com means the names below it. The error is an [*Error] if the filter cannot
// be evaluated.
func (r Rule) Lint(hosts, databases []string) (found []string, err error) {
	patternFor := r.patterns()
	p, err := patternFor("www.example.com")
	if err != nil {
		return nil, err
	}
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	everything := r.everything(patternFor, hosts)
	switch {
	case r.Filter == "" && len(r.Names) == 0:
		add("without dbfilter every host name shows every database")
	case everything:
		add("dbfilter %s shows every database under every host name", r.Filter)
	case r.Filter != "" && !p.ends:
		add("dbfilter %s has no $ at its end, so it fits %s too", r.Filter, r.longer(databases))
	}
	several, none := groups{}, groups{}
	for _, host := range hosts {
		for _, name := range examples(host, databases) {
			shown, err := r.shown(patternFor, name, databases)
			switch {
			case err != nil:
				return nil, err
			case len(shown) > 1 && !everything:
				several.add(name, fmt.Sprintf("%d databases (%s): visitors who are not logged in see none of them, for Odoo "+
					"cannot choose", len(shown), strings.Join(shown, ", ")))
			case len(shown) == 0 && len(databases) > 0 && !strings.HasPrefix(host, "*."):
				none.add(name, "no database")
			}
		}
	}
	return slices.Concat(found, several.say(), none.say()), nil
}

// groups are host names by what they show, in the order in which they were met.
type groups struct {
	shown []string
	names map[string][]string
}

func (g *groups) add(name, shown string) {
	if g.names == nil {
		g.names = map[string][]string{}
	}
	if g.names[shown] == nil {
		g.shown = append(g.shown, shown)
	}
	g.names[shown] = append(g.names[shown], name)
}

// say has one sentence for all names that show the same.
func (g *groups) say() (list []string) {
	for _, shown := range g.shown {
		names, verb := g.names[shown], "show"
		switch n := len(names); {
		case n == 1:
			verb = "shows"
		case n > 4:
			names = append(slices.Clone(names[:3]), fmt.Sprintf("%d more", n-3))
		}
		list = append(list, strings.Join(names, ", ")+" "+verb+" "+shown)
	}
	return list
}

// everything reports whether an unrelated database is shown.
func (r Rule) everything(patternFor func(host string) (*pattern, error), hosts []string) bool {
	for _, host := range append([]string{"www.example.com"}, hosts...) {
		if shown, err := r.shown(patternFor, host, []string{stranger}); err != nil || len(shown) == 0 {
			return false
		}
	}
	return true
}

// longer is an example of a name that an unanchored filter matches by accident.
func (r Rule) longer(databases []string) string {
	if len(databases) > 0 {
		return databases[0] + "-test"
	}
	return "mycompany-test"
}

// examples are host names that match a server name of nginx.
func examples(host string, databases []string) (names []string) {
	domain, below := strings.CutPrefix(host, "*.")
	if !below {
		return []string{strings.TrimSuffix(host, ".*")}
	}
	for _, name := range databases {
		names = append(names, name+"."+domain)
	}
	return names
}

// Ambiguous reports whether a host name shows several databases, among which somebody has to
// choose.
func (r Rule) Ambiguous(hosts, databases []string) bool {
	patternFor := r.patterns()
	for _, host := range hosts {
		for _, name := range examples(host, databases) {
			if shown, err := r.shown(patternFor, name, databases); err == nil && len(shown) > 1 {
				return true
			}
		}
	}
	return false
}

// Unique reports whether every host name shows exactly one database, so that the
// database selector is not needed and can be disabled.
func (r Rule) Unique(hosts, databases []string) bool {
	patternFor := r.patterns()
	for _, host := range hosts {
		for _, name := range examples(host, databases) {
			if shown, err := r.shown(patternFor, name, databases); err != nil || len(shown) != 1 {
				return false
			}
		}
	}
	return len(hosts) > 0 && len(databases) > 0
}
