package odoo

import (
	_ "embed"
	"strconv"
	"strings"

	"odooctl/tasks"
)

//go:embed facts.sh
var facts string

func init() { tasks.RegisterFacts(facts) }

// Packaged returns the series of the Odoo package on a host, such as 14.0; "" if there
// is none.
func Packaged(f *tasks.Facts) string {
	for _, line := range f.Of("odoo") {
		return seriesOf(line)
	}
	return ""
}

// seriesOf parses release.py: version_info = (14, 0, 0, FINAL, 0, ”).
func seriesOf(line string) string {
	_, tuple, ok := strings.Cut(line, "(")
	parts := strings.Split(tuple, ",")
	if !ok || len(parts) < 2 {
		return ""
	}
	major := strings.Trim(strings.TrimSpace(parts[0]), `'"`)
	minor := strings.TrimSpace(parts[1])
	for _, n := range []string{major, minor} {
		if _, err := strconv.ParseUint(n, 10, 16); err != nil {
			return ""
		}
	}
	return major + "." + minor
}
