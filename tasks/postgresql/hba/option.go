package hba

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// optionRule says where an option is allowed.
type optionRule struct {
	methods      []string // empty: any, but the connection type matters
	label        string   // the methods as listed in the server's message
	since, until int      // majors; 0: no bound
}

var (
	pamOnly    = []string{"pam"}
	ldapOnly   = []string{"ldap"}
	radiusOnly = []string{"radius"}
	oauthOnly  = []string{"oauth"}
	gssOrSSPI  = []string{"gss", "sspi"}
)

var optionRules = map[string]optionRule{
	"map": {methods: []string{"ident", "peer", "gss", "sspi", "cert", "oauth"},
		label: "ident, peer, gssapi, sspi, and cert"},
	"clientcert": {},
	"clientname": {since: 14},

	"pamservice":       {methods: pamOnly, label: "pam"},
	"pam_use_hostname": {methods: pamOnly, label: "pam"},

	"ldapurl":             {methods: ldapOnly, label: "ldap"},
	"ldaptls":             {methods: ldapOnly, label: "ldap"},
	"ldapscheme":          {methods: ldapOnly, label: "ldap", since: 11},
	"ldapserver":          {methods: ldapOnly, label: "ldap"},
	"ldapport":            {methods: ldapOnly, label: "ldap"},
	"ldapbinddn":          {methods: ldapOnly, label: "ldap"},
	"ldapbindpasswd":      {methods: ldapOnly, label: "ldap"},
	"ldapsearchattribute": {methods: ldapOnly, label: "ldap"},
	"ldapsearchfilter":    {methods: ldapOnly, label: "ldap", since: 11},
	"ldapbasedn":          {methods: ldapOnly, label: "ldap"},
	"ldapprefix":          {methods: ldapOnly, label: "ldap"},
	"ldapsuffix":          {methods: ldapOnly, label: "ldap"},

	"krb_realm":     {methods: gssOrSSPI, label: "gssapi and sspi"},
	"include_realm": {methods: gssOrSSPI, label: "gssapi and sspi"},
	"compat_realm":  {methods: []string{"sspi"}, label: "sspi"},
	"upn_username":  {methods: []string{"sspi"}, label: "sspi"},

	"radiusserver":      {methods: radiusOnly, label: "radius", until: 9},
	"radiussecret":      {methods: radiusOnly, label: "radius", until: 9},
	"radiusport":        {methods: radiusOnly, label: "radius", until: 9},
	"radiusidentifier":  {methods: radiusOnly, label: "radius", until: 9},
	"radiusservers":     {methods: radiusOnly, label: "radius", since: 10},
	"radiussecrets":     {methods: radiusOnly, label: "radius", since: 10},
	"radiusports":       {methods: radiusOnly, label: "radius", since: 10},
	"radiusidentifiers": {methods: radiusOnly, label: "radius", since: 10},

	"issuer":                 {methods: oauthOnly, label: "oauth", since: 18},
	"scope":                  {methods: oauthOnly, label: "oauth", since: 18},
	"validator":              {methods: oauthOnly, label: "oauth", since: 18},
	"delegate_ident_mapping": {methods: oauthOnly, label: "oauth", since: 18},
}

func (r *Record) parseOption(text string, major int) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("authentication option not in name=value format: %s", text)
	}
	rule, known := optionRules[name]
	if !known || major < rule.since || rule.until > 0 && major > rule.until {
		return fmt.Errorf(`unrecognized authentication option name: "%s"`, name)
	}
	if rule.methods != nil && !slices.Contains(rule.methods, r.Method) {
		label := rule.label
		if name == "map" && major >= 18 {
			label = "ident, peer, gssapi, sspi, cert, and oauth"
		}
		return fmt.Errorf("authentication option %q is only valid for authentication methods %s", name, label)
	}
	if err := r.checkValue(name, value, major); err != nil {
		return err
	}
	r.Options = append(r.Options, Option{name, value})
	return nil
}

func (r *Record) checkValue(name, value string, major int) error {
	switch name {
	case "clientcert", "clientname":
		if r.Kind != HostSSL {
			return fmt.Errorf(`%s can only be configured for "hostssl" rows`, name)
		}
		if name == "clientcert" {
			return r.checkClientCert(value, major)
		}
		if value != "CN" && value != "DN" {
			return silentError(fmt.Sprintf(`invalid value for clientname: "%s"`, value))
		}
	case "ldapport":
		if leadingNumber(value) == 0 {
			return fmt.Errorf(`invalid LDAP port number: "%s"`, value)
		}
	case "radiusport":
		if leadingNumber(value) == 0 {
			return fmt.Errorf(`invalid RADIUS port number: "%s"`, value)
		}
	case "radiusports":
		for _, port := range gucList(value) {
			if leadingNumber(port) == 0 {
				return silentError(fmt.Sprintf(`invalid RADIUS port number: "%s"`, value))
			}
		}
	case "radiusservers":
		for _, server := range gucList(value) {
			if _, numeric := numericHost(server); !numeric && !hostName.MatchString(server) {
				return silentError(fmt.Sprintf(`could not translate RADIUS server name "%s" to address`, server))
			}
		}
	case "ldapurl":
		_, err := parseLDAPURL(value)
		return err
	}
	return nil
}

// checkClientCert knows three generations: a switch up to 11, the switch and words in
// 12 and 13, words from 14 on.
func (r *Record) checkClientCert(value string, major int) error {
	off := value == "0" || value == "no-verify"
	switch {
	case major < 12 && value != "1" && r.Method == "cert":
		return errors.New(`clientcert can not be set to 0 when using "cert" authentication`)
	case major < 12, value == "verify-full":
		return nil
	case major < 13 && off && r.Method == "cert":
		return errors.New(`clientcert can not be set to "no-verify" when using "cert" authentication`)
	case major < 14 && off && r.Method == "cert":
		return errors.New(`clientcert cannot be set to "no-verify" when using "cert" authentication`)
	case major < 14 && (off || value == "1" || value == "verify-ca"):
		return nil
	case value == "verify-ca" && r.Method == "cert":
		return errors.New(`clientcert can only be set to "verify-full" when using "cert" authentication`)
	case value == "verify-ca":
		return nil
	}
	return silentError(fmt.Sprintf(`invalid value for clientcert: "%s"`, value))
}

// hostName matches a name that may resolve; whether it does is not checked here.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// leadingNumber is C's atoi.
func leadingNumber(text string) int {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 &&
		(text[end] == '-' || text[end] == '+')) {
		end++
	}
	n, _ := strconv.Atoi(text[:end])
	return n
}

// gucList splits the server's comma lists: blanks around items do not count, items may
// be quoted.
func gucList(text string) []string {
	var items []string
	for rest := strings.TrimLeft(text, " \t\n\r\v\f"); rest != ""; {
		item := ""
		if strings.HasPrefix(rest, `"`) {
			for strings.HasPrefix(rest, `"`) {
				part, tail, _ := strings.Cut(rest[1:], `"`)
				if item != "" {
					item += `"`
				}
				item, rest = item+part, tail
			}
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			item, rest, _ = strings.Cut(rest, ",")
		}
		items = append(items, strings.TrimSpace(item))
		rest = strings.TrimLeft(rest, " \t\n\r\v\f")
	}
	return items
}
