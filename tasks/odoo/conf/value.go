package conf

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"odooctl/inventory/nearest"
	"odooctl/tasks/odoo/version"
)

// minMemory is the smallest memory limit that is plausible in bytes: a worker of any
// version needs several times as much.
const minMemory = 128 << 20

// normalize returns the value in the form that the major reads, or what is wrong with
// it.
func (o Option) normalize(value string, major int) (string, error) {
	if err := checkText(value, major); err != nil {
		return "", err
	}
	switch {
	case value == "" && !o.Empty:
		return "", errors.New("the value is empty: leave the option out")
	case value == "":
		return "", nil
	case o.Kind != Bool && slices.Contains([]string{"False", "false", "None"}, value):
		return "", fmt.Errorf("%s is not a %s: leave the option out instead", value, o.Kind)
	}
	switch o.Kind {
	case Bool:
		return normalizeBool(value)
	case Int, Bytes, Port, Float:
		return o.normalizeNumber(value, major)
	case Choice:
		return value, o.checkChoice(value, major)
	case List, Paths:
		return o.normalizeList(value)
	case Path:
		return value, checkPath(value)
	}
	return value, o.checkMeaning(value, major)
}

// checkText refuses what configparser would change, or read differently in different
// versions.
func checkText(value string, major int) error {
	python2 := version.Of(major).Python2()
	for _, c := range value {
		switch {
		case c == '\n' || c == '\r':
			return errors.New("the value has a line end")
		case unicode.IsControl(c):
			return errors.New("the value has a control character")
		case c == unicode.ReplacementChar && !utf8.ValidString(value):
			return errors.New("the value is not UTF-8")
		case c > unicode.MaxASCII && python2:
			return fmt.Errorf("the value has %q, which Odoo 10 takes for bytes; use ASCII", c)
		case c > unicode.MaxASCII && !unicode.IsPrint(c):
			return fmt.Errorf("the value has %q, which is invisible", c)
		}
	}
	switch {
	case strings.TrimSpace(value) != value:
		return errors.New("the value begins or ends with a blank, which Odoo strips")
	case python2 && strings.Contains(value, "%("):
		return errors.New("the value has %(, which Odoo 10 takes for a reference to another option")
	case python2 && strings.Contains(value, " ;"):
		return errors.New("the value has a blank and a semicolon, which begins a comment in Odoo 10")
	case python2 && value == `""`:
		return errors.New(`the value is "", which Odoo 10 takes for an empty one`)
	}
	return nil
}

// normalizeBool accepts what YAML and Odoo write. Up to 18 every other word (0, no,
// off) is true for Odoo.
func normalizeBool(value string) (string, error) {
	switch value {
	case "True", "true":
		return "True", nil
	case "False", "false":
		return "False", nil
	}
	return "", fmt.Errorf("%q is neither True nor False, and Odoo up to 18 takes any other word for true", value)
}

var (
	wholeNumber   = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)
	decimalNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$`)
)

func (o Option) normalizeNumber(value string, major int) (string, error) {
	form := wholeNumber
	if o.Kind == Float {
		form = decimalNumber
	}
	if !form.MatchString(value) {
		return "", fmt.Errorf("%q is not a %s in plain digits", value, o.Kind)
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return "", fmt.Errorf("%q is not a %s", value, o.Kind)
	}
	switch {
	case o.Kind == Port && (number < 1 || number > math.MaxUint16):
		return "", fmt.Errorf("%s is not a port: want 1 to 65535", value)
	case o.Kind == Bytes && number == 0:
		return value, o.checkNoLimit(major)
	case o.Kind == Bytes && number < minMemory:
		return "", fmt.Errorf("%s bytes cannot hold a worker: the unit is the byte, 2 GiB are 2147483648", value)
	case o.Min != nil && number < *o.Min:
		return "", fmt.Errorf("%s is too small: want %v or more", value, *o.Min)
	}
	return value, nil
}

// checkNoLimit refuses a memory limit of 0 for versions in which that is not "no
// limit".
func (o Option) checkNoLimit(major int) error {
	switch {
	case major >= o.NoLimit:
		return nil
	case strings.HasPrefix(o.Name, "limit_memory_soft"):
		return fmt.Errorf("0 makes Odoo %d renew a worker after every request; %d and later take it for no limit",
			major, o.NoLimit)
	}
	return fmt.Errorf("0 leaves the workers of Odoo %d without memory; %d and later take it for no limit",
		major, o.NoLimit)
}

func (o Option) checkChoice(value string, major int) error {
	choices := slices.DeleteFunc(slices.Clone(o.Choices), func(c string) bool {
		return slices.ContainsFunc(o.Later, func(l Default) bool { return l.Value == c && major < l.Since })
	})
	if slices.Contains(choices, value) {
		return nil
	}
	return fmt.Errorf("%q is not one of %s%s", value, strings.Join(choices, ", "), nearest.Hint(value, choices))
}

// normalizeList removes blanks around commas: up to 18 Odoo makes them part of a
// database's name.
func (o Option) normalizeList(value string) (string, error) {
	items := strings.Split(value, ",")
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
		switch {
		case items[i] == "":
			return "", errors.New("the list has an empty item")
		case o.Kind == Paths:
			if err := checkPath(items[i]); err != nil {
				return "", err
			}
		case strings.ContainsRune(items[i], ' '):
			return "", fmt.Errorf("item %q has a blank: put commas between items", items[i])
		case o.Name == "log_handler" && !logHandler.MatchString(items[i]):
			return "", fmt.Errorf("item %q is not logger:LEVEL, for example odoo.http:DEBUG or :INFO", items[i])
		}
		if slices.Contains(items[:i], items[i]) {
			return "", fmt.Errorf("item %q is listed twice", items[i])
		}
	}
	return strings.Join(items, ","), nil
}

var logHandler = regexp.MustCompile(`^[A-Za-z0-9_.]*:(DEBUG|INFO|WARNING|ERROR|CRITICAL|NOTSET)$`)

func checkPath(value string) error {
	if strings.HasPrefix(value, "/") {
		return nil
	}
	return fmt.Errorf("%q is not an absolute path: Odoo would take it from the folder that it is started in", value)
}

// checkMeaning refuses texts that the version interprets differently.
func (o Option) checkMeaning(value string, major int) error {
	switch {
	case o.Name == "db_user" && value == "postgres":
		return errors.New("Odoo refuses to run as the role postgres: use a role of its own")
	case o.Name == "admin_passwd" && version.Of(major).Hashes == 0 && strings.HasPrefix(value, "$pbkdf2"):
		return errors.New("Odoo 10 compares the text as it is and knows no hashes: give the password itself")
	}
	return nil
}
