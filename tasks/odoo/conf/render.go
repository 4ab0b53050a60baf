package conf

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"odooctl/tasks/odoo/version"
)

// Header is the first line of the file.
const Header = "# Written by odooctl from the inventory; edits are put back"

// modulesTitle is the heading of the options that modules read.
const modulesTitle = "; Options of modules"

// ours are the file's comments, and the one of Odoo's own packages.
var ours = []string{
	Header, modulesTitle, "; This is the password that allows database operations:",
	title(Database), title(HTTP), title(Workers), title(Modules), title(Logging), title(Mail), title(Other),
}

func title(g Group) string { return "; " + string(g) }

// Setting is one option and its value.
type Setting struct {
	Name  string // current or previous name of the option
	Value string // as in the file; no quotes
	Pos   string // its position, for errors; may be empty

	Module  bool   // an option that a module reads and Odoo itself does not know
	Section string // the section of a module's option; "" is [options]

	Reason Reason
}

// Reason is why a setting has its value.
type Reason struct {
	Key  string // of the inventory, below the deployment, that the value follows from
	Pos  string // where the inventory has it; "": it is left out there
	Text string // how the value follows from it; "": it is the key's own
}

// SettingError is a setting that is invalid for the version.
type SettingError struct {
	Setting Setting
	Reason  string
}

// Error says what is wrong with a value, and shows it only if it is no secret.
func (e *SettingError) Error() string {
	text := fmt.Sprintf("option %s: %s", e.Setting.Name, e.Reason)
	if e.Setting.Pos != "" {
		return e.Setting.Pos + ": " + text
	}
	return text
}

// Render returns the text of odoo.conf for a major version. The order of opts does not
// matter. The error joins a *SettingError for every setting that is unknown, not of
// this version, of the wrong type, out of range, duplicate, or in conflict with
// another.
func Render(major int, opts []Setting) (text string, err error) {
	if major < version.First || major > version.Last {
		return "", fmt.Errorf("render odoo.conf: Odoo %d is not known, only %d to %d",
			major, version.First, version.Last)
	}
	taken := map[string]Setting{}
	var errs []error
	own, opts := modules(opts)
	foreign, faults := checkModules(own, major)
	errs = append(errs, faults...)
	for _, s := range opts {
		name, normal, err := resolve(s, major)
		if err == nil {
			if other, twice := taken[name]; twice {
				err = errors.New(again(other))
			}
		}
		if err != nil {
			errs = append(errs, &SettingError{s, err.Error()})
			continue
		}
		taken[name] = Setting{Name: s.Name, Value: normal, Pos: s.Pos}
	}
	errs = append(errs, together(taken, major)...)
	if len(errs) > 0 {
		return "", errors.Join(errs...)
	}
	return write(taken, major) + writeModules(foreign), nil
}

func again(other Setting) string {
	if other.Pos == "" {
		return fmt.Sprintf("it is already set as %s", other.Name)
	}
	return fmt.Sprintf("it is already set as %s at %s", other.Name, other.Pos)
}

// resolve returns the newest name of a setting's option and the value to write.
func resolve(s Setting, major int) (name, value string, err error) {
	if reason, ok := refused[s.Name]; ok {
		return "", "", errors.New(reason)
	}
	o, ok := Lookup(s.Name)
	switch {
	case !ok:
		return "", "", fmt.Errorf("Odoo has no such option%s", meant(s.Name, major))
	case !o.In(major):
		return "", "", fmt.Errorf("Odoo %d does not have it: %s", major, o.where())
	case o.Name == "with_demo":
		value, err = normalizeDemo(s, major)
	default:
		value, err = o.normalize(s.Value, major)
	}
	return o.Name, value, err
}

// normalizeDemo converts with_demo to what the version reads. Up to 18 that is
// without_demo, where False loads demo data and any other word does not.
func normalizeDemo(s Setting, major int) (string, error) {
	with := s.Value
	if s.Name == "without_demo" {
		switch {
		case checkText(s.Value, major) != nil || s.Value == "":
			return "", fmt.Errorf("%q is neither all nor False", s.Value)
		case s.Value == "False" || s.Value == "false":
			with = "True"
		default:
			with = "False"
		}
	}
	with, err := normalizeBool(with)
	switch {
	case err != nil || version.Of(major).DemoIsBool:
		return with, err
	case with == "True":
		return "False", nil
	}
	return "all", nil
}

func write(settings map[string]Setting, major int) string {
	var b strings.Builder
	b.WriteString(Header + "\n[options]\n")
	var group Group
	for _, o := range table {
		s, ok := settings[o.Name]
		if !ok {
			continue
		}
		if o.Group != group {
			group = o.Group
			b.WriteString("\n" + title(group) + "\n")
		}
		b.WriteString(strings.TrimRight(o.NameIn(major)+" = "+s.Value, " ") + "\n")
	}
	return b.String()
}

// names returns all names, previous ones included, for suggestions.
func names() []string {
	var all []string
	for _, o := range table {
		all = append(all, o.Name)
		for _, e := range o.Earlier {
			all = append(all, e.Name)
		}
	}
	slices.Sort(all)
	return all
}
