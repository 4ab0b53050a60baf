package conf

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
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

// LineError is a line over which Odoo does not start.
type LineError struct {
	Line   int
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Get returns the value of a key of the section [options], the only one that
// Odoo takes options from, or else of [DEFAULT]. The name is the one in the
// file. Without a section [options], written exactly so, there is nothing.
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

var (
	sectionLine = regexp.MustCompile(`^\[(.+)\]`)
	keyLine     = regexp.MustCompile(`^(.*?)\s*[=:]\s*(.*)$`)
)

// Parse reads a text as Python 3's configparser.RawConfigParser does, which
// Odoo 11 and later use: lines that begin with # or ; are comments, there are
// none behind a value, a line that is indented deeper than its key goes on
// with the value. The error is a *LineError: Odoo ends with it. Odoo 10, on
// Python 2, differs in values that [Render] does not write.
func Parse(text string) (*File, error) {
	f := &File{sections: map[string]bool{}}
	section, current, indent := "", -1, 0
	names := map[[2]string]bool{}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for i, line := range strings.Split(text, "\n") {
		number := i + 1
		value := strings.TrimFunc(line, pythonSpace)
		comment := strings.HasPrefix(value, "#") || strings.HasPrefix(value, ";")
		if comment || value == "" {
			if !comment && current >= 0 {
				f.Entries[current].Value += "\n"
			}
			continue
		}
		depth := len([]rune(line)) - len([]rune(strings.TrimLeftFunc(line, pythonSpace)))
		if current >= 0 && depth > indent {
			f.Entries[current].Value += "\n" + value
			continue
		}
		indent = depth

		if m := sectionLine.FindStringSubmatch(value); m != nil {
			if m[1] != "DEFAULT" && f.sections[m[1]] {
				return nil, &LineError{number, fmt.Sprintf("section [%s] is there twice", m[1])}
			}
			section, current = m[1], -1
			f.sections[section] = true
			continue
		}
		if section == "" {
			return nil, &LineError{number, "there is no section header above: the file begins with [options]"}
		}
		m := keyLine.FindStringSubmatch(value)
		if m == nil || m[1] == "" {
			return nil, &LineError{number, "it is neither a section nor name = value"}
		}
		name := strings.ToLower(strings.TrimRightFunc(m[1], pythonSpace))
		key := [2]string{section, name}
		if names[key] {
			return nil, &LineError{number, fmt.Sprintf("option %s is there twice", name)}
		}
		names[key] = true
		f.Entries = append(f.Entries, Entry{section, name, strings.TrimFunc(m[2], pythonSpace), number})
		current = len(f.Entries) - 1
	}
	for i := range f.Entries {
		f.Entries[i].Value = strings.TrimRightFunc(f.Entries[i].Value, pythonSpace)
	}
	return f, nil
}

// pythonSpace is what str.strip takes off: Go's spaces and four separators.
func pythonSpace(c rune) bool { return unicode.IsSpace(c) || c >= 0x1c && c <= 0x1f }
