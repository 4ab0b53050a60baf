package conf

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// FileName is the name of the file in conf.d. The server reads the folder sorted by
// name, and the last setting of a parameter wins.
const FileName = "50-odooctl.conf"

// Header is the first line of the file.
const Header = "# Written by odooctl from the inventory; edits are put back"

// Setting is one parameter and its value, without quotes. Units are part of the value:
// 256MB.
type Setting struct {
	Name  string
	Value string
}

// SettingError is a setting that cannot be written.
type SettingError struct {
	Index   int // in Render's argument, from 0
	Setting Setting
	Reason  string
}

func (e *SettingError) Error() string {
	return fmt.Sprintf("parameter %.63q: %s", e.Setting.Name, e.Reason)
}

// Render returns the text of the file, in the order of the settings. The error joins a
// *SettingError for every invalid or duplicate name and every value that cannot be
// quoted.
func Render(settings []Setting) (string, error) {
	var b strings.Builder
	b.WriteString(Header + "\n")
	var errs []error
	for i, s := range settings {
		twice := slices.ContainsFunc(settings[:i],
			func(other Setting) bool { return strings.EqualFold(other.Name, s.Name) })
		if err := s.check(twice); err != nil {
			errs = append(errs, &SettingError{i, s, err.Error()})
			continue
		}
		fmt.Fprintf(&b, "%s = %s\n", s.Name, quote(s.Value))
	}
	if len(errs) > 0 {
		return "", errors.Join(errs...)
	}
	return b.String(), nil
}

var parameter = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$`)

func (s Setting) check(twice bool) error {
	switch {
	case !parameter.MatchString(s.Name):
		return errors.New("it is not a name of a parameter: letters, digits and _, one dot inside for an extension's")
	case isInclude(s.Name):
		return errors.New("it is a directive, not a parameter")
	case twice:
		return errors.New("it is set twice")
	case !utf8.ValidString(s.Value):
		return errors.New("the value is not UTF-8")
	case strings.ContainsFunc(s.Value, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return errors.New("the value has a line end or another control character")
	}
	return nil
}

// plain matches values that need no quotes: numbers with their unit, and booleans.
var plain = regexp.MustCompile(`^(-?[0-9]+[A-Za-z]*|-?[0-9]+\.[0-9]+|on|off|true|false)$`)

func quote(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(value) + "'"
}
