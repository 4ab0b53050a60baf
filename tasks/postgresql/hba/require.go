package hba

import (
	"errors"
	"fmt"
	"slices"
)

// option returns the effective value, the last one.
func (r *Record) option(name string) (string, bool) {
	for i := len(r.Options) - 1; i >= 0; i-- {
		if r.Options[i].Name == name {
			return r.Options[i].Value, true
		}
	}
	return "", false
}

func (r *Record) has(names ...string) bool {
	for _, name := range names {
		if _, ok := r.option(name); ok {
			return true
		}
	}
	return false
}

func (r *Record) require(names ...string) error {
	for _, name := range names {
		if !r.has(name) {
			return r.missing(name)
		}
	}
	return nil
}

func (r *Record) missing(option string) error {
	return fmt.Errorf("authentication method %q requires argument %q to be set", r.Method, option)
}

// checkOptions returns what a method lacks or which options conflict.
func (r *Record) checkOptions(major int) error {
	switch r.Method {
	case "ldap":
		return r.checkLDAP(major)
	case "radius":
		return r.checkRADIUS(major)
	case "oauth":
		if err := r.require("scope", "issuer"); err != nil {
			return err
		}
		if delegate, _ := r.option("delegate_ident_mapping"); delegate == "1" && r.has("map") {
			return errors.New("map cannot be used in combination with delegate_ident_mapping")
		}
	}
	return nil
}

// checkLDAP checks the effective options: a URL sets several.
func (r *Record) checkLDAP(major int) error {
	kept := r.kept()
	given := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, ok := kept[name]; return ok })
	}
	if major < 12 && !given("ldapserver") {
		return r.missing("ldapserver")
	}
	if given("ldapprefix", "ldapsuffix") {
		if given("ldapbasedn", "ldapbinddn", "ldapbindpasswd", "ldapsearchattribute", "ldapsearchfilter") {
			return errors.New(mixedLDAP(major))
		}
		return nil
	}
	if !given("ldapbasedn") {
		return errors.New(`authentication method "ldap" requires argument "ldapbasedn", "ldapprefix", or "ldapsuffix" to be set`)
	}
	if given("ldapsearchattribute") && given("ldapsearchfilter") {
		return errors.New("cannot use ldapsearchattribute together with ldapsearchfilter")
	}
	return nil
}

func mixedLDAP(major int) string {
	switch {
	case major >= 18:
		return "cannot mix options for simple bind and search+bind modes"
	case major >= 11:
		return "cannot use ldapbasedn, ldapbinddn, ldapbindpasswd, ldapsearchattribute, ldapsearchfilter, or ldapurl " +
			"together with ldapprefix"
	}
	return "cannot use ldapbasedn, ldapbinddn, ldapbindpasswd, ldapsearchattribute, or ldapurl together with ldapprefix"
}

func (r *Record) checkRADIUS(major int) error {
	if major < 10 {
		return r.require("radiusserver", "radiussecret")
	}
	count := func(name string) int {
		value, _ := r.option(name)
		return len(gucList(value))
	}
	for _, name := range []string{"radiusservers", "radiussecrets"} {
		if count(name) == 0 { // an empty list counts as none
			return r.missing(name)
		}
	}
	servers := count("radiusservers")
	for _, list := range []struct{ name, label string }{
		{"radiussecrets", "secrets"}, {"radiusports", "ports"}, {"radiusidentifiers", "identifiers"},
	} {
		if n := count(list.name); n > 1 && n != servers {
			text := fmt.Sprintf("the number of RADIUS %s (%d) must be 1 or the same as the number of RADIUS servers (%d)",
				list.label, n, servers)
			if major < 14 {
				return silentError(text)
			}
			return errors.New(text)
		}
	}
	return nil
}
