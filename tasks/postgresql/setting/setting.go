// Package setting knows the settings of postgresql.conf of each major of PostgreSQL from 10
// on, and checks a value as a server does when it reads the file:
//
//	err := setting.Check(15, "work_mem", "64MB") // nil
//
// Its table is what pg_settings of the last release of each major says: name, vartype, unit,
// min_val, max_val, context and enumvals, without settings of extensions.
//
// Sources: parse_bool, parse_int and parse_real of PostgreSQL 18
// (src/backend/utils/misc/guc.c, src/backend/utils/adt/bool.c).
package setting

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"odooctl/inventory/nearest"
)

// First is the oldest major in the table.
const First = 10

//go:embed settings.tsv
var text string

// setting is one setting in the majors from first to last.
type setting struct {
	name        string
	first, last int
	kind, unit  string
	internal    bool // the server shows it, and no file sets it
	low, high   string
	choices     []string
}

// table has the settings by their names in lower case, the oldest first.
var table = sync.OnceValue(func() map[string][]setting {
	all := map[string][]setting{}
	for line := range strings.Lines(text) {
		f := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), "", "")
		s := setting{name: f[0], unit: f[3]}
		s.kind, _, s.internal = strings.Cut(f[2], " ")
		fmt.Sscanf(f[1], "%d-%d", &s.first, &s.last)
		if s.kind == "enum" {
			s.choices = strings.Split(f[4], ",")
		} else {
			s.low, s.high, _ = strings.Cut(f[4], "..")
		}
		all[strings.ToLower(s.name)] = append(all[strings.ToLower(s.name)], s)
	}
	return all
})

// Check says what is wrong with a setting for a major; nil if nothing is, or if it is not
// known: a major older than First, or a setting of an extension, which has a dot in its name.
func Check(major int, name, value string) error {
	if major < First || strings.Contains(name, ".") {
		return nil
	}
	versions := table()[strings.ToLower(name)]
	i := slices.IndexFunc(versions, func(s setting) bool { return s.first <= major && major <= s.last })
	switch {
	case i >= 0 && versions[i].internal:
		return fmt.Errorf("PostgreSQL %d sets %s itself", major, name)
	case i >= 0:
		if err := versions[i].check(value); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
		return nil
	case len(versions) > 0 && versions[0].first > major:
		return fmt.Errorf("PostgreSQL %d has no setting %s: %d and later have it", major, name, versions[0].first)
	case len(versions) > 0:
		return fmt.Errorf("PostgreSQL %d has no setting %s: only those up to %d have it", major, name,
			versions[len(versions)-1].last)
	}
	return fmt.Errorf("PostgreSQL has no setting %s%s", name, nearest.Hint(strings.ToLower(name), names(major)))
}

// names are those of the settings of a major.
func names(major int) (list []string) {
	for name, versions := range table() {
		if slices.ContainsFunc(versions, func(s setting) bool { return s.first <= major && major <= s.last }) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
