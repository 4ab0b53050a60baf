package conf

import (
	"fmt"

	"odooctl/inventory/nearest"
)

// meant is nearest.Hint for an option; it adds the name that the major uses.
func meant(word string, major int) string {
	best := nearest.Word(word, names())
	o, ok := Lookup(best)
	switch {
	case !ok:
		return ""
	case !o.In(major) || o.NameIn(major) == best:
		return " (did you mean " + best + "?)"
	}
	since, until := 0, 0
	for _, e := range o.Earlier {
		if e.Until < major {
			since = e.Until + 1
		} else if until == 0 {
			until = e.Until
		}
	}
	if until > 0 {
		return fmt.Sprintf(" (did you mean %s, which is %s up to %d?)", best, o.NameIn(major), until)
	}
	return fmt.Sprintf(" (did you mean %s, which is %s from %d on?)", best, o.NameIn(major), since)
}
