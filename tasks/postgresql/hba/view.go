package hba

import (
	"slices"
	"strconv"
	"strings"
)

// viewOrder is the view's order of options with a value of their own. All but the first
// three are of one method each.
var viewOrder = []string{
	"map", "clientcert", "pamservice",
	"ldapserver", "ldapport", "ldapscheme", "ldaptls", "ldapprefix", "ldapsuffix", "ldapbasedn", "ldapbinddn",
	"ldapbindpasswd",
	"ldapsearchattribute", "ldapsearchfilter", "ldapscope",
	"radiusservers", "radiussecrets", "radiusidentifiers", "radiusports",
	"issuer", "scope", "validator", "delegate_ident_mapping",
}

// secretOptions are the options whose values are secrets.
var secretOptions = []string{"ldapbindpasswd", "radiussecret", "radiussecrets"}

// viewOptions are the options as the server stores them, with those that the method
// implies. nil: none.
func (r *Record) viewOptions() (list []string) {
	kept := r.kept()
	if r.Method == "cert" {
		kept["clientcert"] = "verify-full"
	}
	if r.Method == "gss" {
		if realm, given := kept["include_realm"]; !given || realm == "1" {
			list = append(list, "include_realm=true")
		}
		if realm, given := kept["krb_realm"]; given {
			list = append(list, "krb_realm="+realm)
		}
	}
	for _, name := range viewOrder {
		if value, given := kept[name]; given {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// kept are the effective options by name, including those that a URL implies.
func (r *Record) kept() map[string]string {
	kept := map[string]string{}
	for _, o := range r.Options {
		r.keep(kept, o)
	}
	return kept
}

func (r *Record) keep(kept map[string]string, o Option) {
	if r.Method == "ldap" {
		kept["ldapscope"] = "2" // a subtree, unless the URL is last
	}
	switch o.Name {
	case "ldapurl":
		if u, err := parseLDAPURL(o.Value); err == nil {
			u.keep(kept)
		}
		return
	case "clientcert":
		delete(kept, o.Name)
		switch o.Value {
		case "1", "verify-ca":
			kept[o.Name] = "verify-ca"
		case "verify-full":
			kept[o.Name] = o.Value
		}
		return
	case "ldaptls", "delegate_ident_mapping":
		delete(kept, o.Name)
		if o.Value == "1" {
			kept[o.Name] = "true"
		}
		return
	case "ldapport":
		kept[o.Name] = strconv.Itoa(leadingNumber(o.Value))
		return
	}
	kept[o.Name] = o.Value
}

// maskOption masks the value of name=value if it is a secret.
func maskOption(option string) string {
	if name, _, _ := strings.Cut(option, "="); slices.Contains(secretOptions, name) {
		return name + "=***"
	}
	return option
}
