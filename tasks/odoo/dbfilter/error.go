package dbfilter

import "fmt"

// Error is a filter that cannot be evaluated.
type Error struct {
	Pattern string // with the host name filled in
	Offset  int    // in characters, from 0
	Reason  string
	Python  bool // valid in Python, without an equivalent in package regexp
}

func (e *Error) Error() string {
	if e.Python {
		return fmt.Sprintf("dbfilter %s: %s at character %d: odooctl cannot tell which databases it shows; say it without",
			e.Pattern, e.Reason, e.Offset+1)
	}
	return fmt.Sprintf("dbfilter %s: %s at character %d: Odoo would answer every request with an internal error",
		e.Pattern, e.Reason, e.Offset+1)
}

// NameError is a database whose name cannot be matched with the filter.
type NameError struct {
	Name   string
	Reason string
}

func (e *NameError) Error() string { return fmt.Sprintf("database %q: %s", e.Name, e.Reason) }
