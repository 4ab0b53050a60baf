package conf

import (
	"fmt"
	"strings"
)

// Entry is one key of a file.
type Entry struct {
	Section string
	Name    string // lower case, as Odoo looks it up
	Value   string
	Line    int
}

// File is an odoo.conf as Odoo reads it.
type File struct {
	Entries  []Entry
	sections map[string]bool
}

// LineError is a line that keeps Odoo from starting.
type LineError struct {
	Line   int
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Get returns the value of a key of the section [options], the only one from which Odoo
// takes options, or of [DEFAULT]. The name is the one in the file. Without a section
// spelled exactly [options] there is none.
func (f *File) Get(name string) (value string, ok bool) {
	for _, section := range []string{"DEFAULT", "options"} {
		for _, e := range f.Entries {
			if e.Section == section && e.Name == strings.ToLower(name) {
				value, ok = e.Value, true
			}
		}
	}
	return value, ok && f.sections["options"]
}

// Parse parses a text as Python 3's configparser.RawConfigParser does, which Odoo 11
// and later use: lines that begin with # or ; are comments, there are no comments after
// a value, and a line indented deeper than its key continues the value. The error is a
// *LineError: Odoo exits on it. Odoo 10, on Python 2, differs in values that [Render]
// does not write.
func Parse(text string) (*File, error) {
	f := &File{sections: map[string]bool{}}
	current := -1
	names := map[[2]string]bool{}
	var s lines
	for i, raw := range lineEnd.Split(text, -1) {
		number := i + 1
		switch l := s.next(raw); l.class {
		case blank, more:
			if current >= 0 {
				f.Entries[current].Value += "\n" + l.text
			}
		case header:
			if l.section != "DEFAULT" && f.sections[l.section] {
				return nil, &LineError{number, fmt.Sprintf("section [%s] appears twice", l.section)}
			}
			current = -1
			f.sections[l.section] = true
		case broken:
			if l.section == "" {
				return nil, &LineError{number, "there is no section header above: the file begins with [options]"}
			}
			return nil, &LineError{number, "it is neither a section nor name = value"}
		case option:
			key := [2]string{l.section, l.name}
			if names[key] {
				return nil, &LineError{number, fmt.Sprintf("option %s appears twice", l.name)}
			}
			names[key] = true
			f.Entries = append(f.Entries, Entry{l.section, l.name, l.value, number})
			current = len(f.Entries) - 1
		}
	}
	for i := range f.Entries {
		f.Entries[i].Value = strings.TrimRightFunc(f.Entries[i].Value, pythonSpace)
	}
	return f, nil
}
