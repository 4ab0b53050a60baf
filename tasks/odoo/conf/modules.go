package conf

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
)

// modules separates the settings that modules read from those of Odoo.
func modules(all []Setting) (own, odoo []Setting) {
	for _, s := range all {
		if s.Module || s.Section != "" {
			own = append(own, s)
		} else {
			odoo = append(odoo, s)
		}
	}
	return own, odoo
}

var (
	moduleKey     = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	moduleSection = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)
)

// checkModules returns the settings to write, in order: those of [options] first. Names
// and values are the modules' own; it only checks that they are none of Odoo's, and
// that the parser reads them unchanged.
func checkModules(own []Setting, major int) (list []Setting, errs []error) {
	taken := map[[2]string]Setting{}
	for _, s := range own {
		value, err := normalizeModule(s, major)
		key := [2]string{s.Section, s.Name}
		if other, twice := taken[key]; err == nil && twice {
			err = errors.New(again(other))
		}
		if err != nil {
			errs = append(errs, &SettingError{s, err.Error()})
			continue
		}
		taken[key] = s
		s.Value = value
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Setting) int {
		return cmp.Or(strings.Compare(a.Section, b.Section), strings.Compare(a.Name, b.Name))
	})
	return list, errs
}

func normalizeModule(s Setting, major int) (string, error) {
	_, known := Lookup(s.Name)
	_, command := refused[s.Name]
	switch {
	case !moduleKey.MatchString(s.Name):
		return "", errors.New("a name is made of lower-case letters, digits and _")
	case s.Section != "" && (!moduleSection.MatchString(s.Section) || strings.EqualFold(s.Section, "options") ||
		s.Section == "DEFAULT"):
		return "", errors.New("it cannot stand in section [" + s.Section + "]")
	case s.Section == "" && (known || command):
		return "", errors.New("it is an option of Odoo itself, not of a module: write it under options")
	case s.Value == "":
		return "", errors.New("the value is empty: leave the option out")
	}
	return s.Value, checkText(s.Value, major)
}

func writeModules(list []Setting) string {
	var b strings.Builder
	section := ""
	for i, s := range list {
		switch {
		case i == 0 && s.Section == "":
			b.WriteString("\n" + modulesTitle + "\n")
		case s.Section != section:
			b.WriteString("\n[" + s.Section + "]\n")
			section = s.Section
		}
		b.WriteString(s.Name + " = " + s.Value + "\n")
	}
	return b.String()
}
