package dbfilter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/tasks/odoo/version"
)

// Semantics is how some versions of Odoo evaluate the filter.
type Semantics byte

// The five semantics so far.
const (
	A Semantics = 'A' // 10.0 before October 2017
	B Semantics = 'B' // 10.0 from then on: db_name restricts if there is no filter
	C Semantics = 'C' // 11.0 to 15.0: the host name is quoted
	D Semantics = 'D' // 16.0 to 18.0: %h drops www. too
	E Semantics = 'E' // 19.0: as D; db_name is read as a list
)

// lastOfA is the day of the last 10.0 known to have the semantics A.
const lastOfA = 20171001

// Of returns the semantics of an Odoo: 16.0, 16, or a build such as 10.0-20170305. A
// 10.0 without a date counts as a late one.
func Of(text string) (Semantics, error) {
	series, build, _ := strings.Cut(text, "-")
	number, minor, _ := strings.Cut(series, ".")
	major, err := strconv.Atoi(number)
	switch date, noDate := strconv.Atoi(build); {
	case err != nil || minor != "" && minor != "0" || build != "" && (noDate != nil || len(build) != 8) ||
		major < version.First || major > version.Last:
		return 0, fmt.Errorf("Odoo %q is not known: want %d.0 to %d.0, or a build such as 10.0-20180117",
			text, version.First, version.Last)
	case version.Of(major).Filter == byte(B) && build != "" && date < lastOfA:
		return A, nil
	}
	return Semantics(version.Of(major).Filter), nil
}

// Default is Odoo's filter if odoo.conf has none.
func (s Semantics) Default() string {
	if s <= B {
		return ".*"
	}
	return ""
}

// Rule is the part of odoo.conf that selects databases.
type Rule struct {
	Semantics Semantics
	Filter    string   // dbfilter, with %h and %d; "" is none, see Semantics.Default
	Names     []string // db_name
}

// Databases returns those of the databases that Odoo shows under a host name, in Odoo's
// order. host is what the browser sends: the name, perhaps with a port. The error is an
// [*Error] if the filter is refused.
func (r Rule) Databases(host string, databases []string) ([]string, error) {
	return r.shown(r.patterns(), host, databases)
}

// patterns returns a function for the filter's pattern under a host name. Most filters
// are the same under all names: each expression is compiled once.
func (r Rule) patterns() func(host string) (*pattern, error) {
	known := map[string]*pattern{}
	return func(host string) (*pattern, error) {
		text := r.fill(host)
		if p := known[text]; p != nil {
			return p, nil
		}
		p, err := compile(text, r.Semantics <= B)
		known[text] = p
		return p, err
	}
}

func (r Rule) shown(patternFor func(host string) (*pattern, error), host string, databases []string) ([]string, error) {
	if r.Filter == "" && r.Semantics != A {
		if len(r.Names) == 0 {
			return databases, nil
		}
		return r.named(databases), nil
	}
	p, err := patternFor(host)
	if err != nil {
		return nil, err
	}
	var shown []string
	for _, name := range databases {
		ok, err := p.match(name)
		if err != nil {
			return nil, err
		}
		if ok {
			shown = append(shown, name)
		}
	}
	return shown, nil
}

// named are the databases that are in db_name too: sorted, each once.
func (r Rule) named(databases []string) (shown []string) {
	sorted := slices.Sorted(slices.Values(r.Names))
	for _, name := range databases {
		if _, is := slices.BinarySearch(sorted, name); is {
			shown = append(shown, name)
		}
	}
	slices.Sort(shown)
	return slices.Compact(shown)
}

// fill replaces %h by the host name and %d by its first label.
func (r Rule) fill(host string) string {
	host, _, _ = strings.Cut(host, ":")
	label, _, _ := strings.Cut(host, ".")
	if r.Semantics >= D {
		host = strings.TrimPrefix(host, "www.")
		label, _, _ = strings.Cut(host, ".")
	} else if rest, ok := strings.CutPrefix(host, "www."); ok && rest != "" {
		label, _, _ = strings.Cut(rest, ".")
	}
	if r.Semantics >= C {
		host, label = quote.Replace(host), quote.Replace(label)
	}
	return strings.ReplaceAll(strings.ReplaceAll(r.Filter, "%h", host), "%d", label)
}

// quote is re.escape of Python 3.7 and later. Earlier ones escape more, with the same
// effect.
var quote = func() *strings.Replacer {
	var pairs []string
	for _, c := range "()[]{}?*+-|^$\\.&~# \t\n\r\v\f" {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return strings.NewReplacer(pairs...)
}()
