package conf

import (
	"fmt"
	"slices"

	"odooctl/tasks/odoo/version"
)

// Kind is the type of an option's value.
type Kind int

const (
	Text   Kind = iota
	Bool        // True or False; nothing else, see Render
	Int         // decimal digits, perhaps with a minus sign
	Bytes       // an Int that counts bytes of memory
	Port        // 1 to 65535
	Float       // a decimal number
	Choice      // one of Option.Choices
	List        // words separated by commas without blanks
	Path        // an absolute path
	Paths       // absolute paths separated by commas
)

func (k Kind) String() string {
	return [...]string{"text", "True or False", "whole number", "number of bytes", "port", "number", "choice",
		"comma-separated list", "absolute path", "comma-separated paths"}[k]
}

// Group is a heading of the file.
type Group string

// The groups, in the order of the file.
const (
	Database Group = "Database"
	HTTP     Group = "HTTP"
	Workers  Group = "Workers and limits"
	Modules  Group = "Modules and files"
	Logging  Group = "Logging"
	Mail     Group = "Mail"
	Other    Group = "Other"
)

// Option is one option of odoo.conf.
type Option struct {
	Name    string // the newest name
	Group   Group
	Kind    Kind
	Since   int       // first major that has it; 0: First
	Until   int       // last major that has it; 0: Last
	Earlier []Earlier // previous names, the oldest first
	Default []Default // the oldest first
	Min     *float64  // of numbers; nil: none
	Choices []string  // of a Choice
	NoLimit int       // first major in which 0 means no limit; 0: all
	Later   []Default // choices and the first major without them
	Empty   bool      // an empty value is meaningful
	Secret  bool      // the value must not be shown
	Note    string    // what else to know, in one sentence
}

// Earlier is a previous name and the last major that has it.
type Earlier struct {
	Until int
	Name  string
}

// Default is Odoo's default, from a major on.
type Default struct {
	Since int
	Value string
}

// Lookup finds an option by any of its names.
func Lookup(name string) (Option, bool) {
	for _, o := range table {
		if o.Name == name || slices.ContainsFunc(o.Earlier, func(e Earlier) bool { return e.Name == name }) {
			return o, true
		}
	}
	return Option{}, false
}

// Has reports whether the major reads an option of that name.
func Has(name string, major int) bool {
	o, ok := Lookup(name)
	return ok && o.In(major)
}

// In reports whether the major reads the option.
func (o Option) In(major int) bool {
	since, until := o.versions()
	return since <= major && major <= until
}

func (o Option) versions() (since, until int) {
	since, until = version.First, version.Last
	if o.Since != 0 {
		since = o.Since
	}
	if o.Until != 0 {
		until = o.Until
	}
	return since, until
}

// NameIn returns the name under which the major reads the option.
func (o Option) NameIn(major int) string {
	for _, e := range o.Earlier {
		if major <= e.Until {
			return e.Name
		}
	}
	return o.Name
}

// DefaultIn returns the default of the major; "" if there is none, or it depends on the
// host.
func (o Option) DefaultIn(major int) string {
	value := ""
	for _, d := range o.Default {
		if d.Since <= major {
			value = d.Value
		}
	}
	return value
}

// where describes which versions have the option.
func (o Option) where() string {
	since, until := o.versions()
	switch {
	case until == version.Last:
		return fmt.Sprintf("Odoo %d and later have it", since)
	case since == version.First:
		return fmt.Sprintf("only Odoo up to %d has it", until)
	}
	return fmt.Sprintf("only Odoo %d to %d have it", since, until)
}
