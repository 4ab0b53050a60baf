package hba

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// ldapURL is a parsed ldapurl: scheme://host:port/dn?attributes?scope?filter (RFC
// 4516), as OpenLDAP's ldap_url_parse accepts it.
type ldapURL struct {
	scheme, host, dn, attribute, filter string
	port                                int
	scope                               string // a number of OpenLDAP; 0: the entry itself
	path                                bool   // there is a dn, which may be empty
}

var ldapPorts = map[string]int{"ldap": 389, "ldaps": 636}

var ldapScopes = map[string]string{"": "0", "base": "0", "one": "1", "onelevel": "1", "sub": "2", "subtree": "2"}

// The server interprets OpenLDAP's codes of a bad URL as LDAP result codes, and words
// them as those.
const (
	errScheme = "Time limit exceeded"
	errURL    = "Compare False"
	errScope  = "Strong(er) authentication required"
)

// parseLDAPURL checks the scheme and the scope of a URL. The rest is taken as it is.
func parseLDAPURL(text string) (u ldapURL, err error) {
	bad := func(why string) error { return errors.New(`could not parse LDAP URL "` + text + `": ` + why) }
	scheme, rest, ok := strings.Cut(text, "://")
	u.scheme = strings.ToLower(scheme)
	if !ok || !slices.Contains([]string{"ldap", "ldaps", "ldapi", "cldap"}, u.scheme) {
		return u, bad(errScheme)
	}
	if ldapPorts[u.scheme] == 0 {
		return u, errors.New("unsupported LDAP URL scheme: " + u.scheme)
	}
	host, rest, slash := strings.Cut(rest, "/")
	if bracketed, port, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
		u.host, host = bracketed, port
	}
	name, port, given := strings.Cut(host, ":")
	u.host += name
	u.port = ldapPorts[u.scheme]
	if given {
		if u.port, err = strconv.Atoi(port); err != nil {
			return u, bad(errURL)
		}
	}
	u.path = slash
	parts := append(strings.Split(rest, "?"), "", "", "")
	u.dn, u.filter = parts[0], parts[3]
	u.attribute, _, _ = strings.Cut(parts[1], ",")
	if u.scope, ok = ldapScopes[strings.ToLower(parts[2])]; !ok {
		return u, bad(errScope)
	}
	return u, nil
}

// keep sets the options that the URL implies.
func (u ldapURL) keep(kept map[string]string) {
	kept["ldapscheme"], kept["ldapport"] = u.scheme, strconv.Itoa(u.port)
	if u.path {
		kept["ldapbasedn"] = u.dn
	}
	delete(kept, "ldapscope")
	if u.scope != "0" {
		kept["ldapscope"] = u.scope
	}
	for name, value := range map[string]string{"ldapserver": u.host, "ldapsearchattribute": u.attribute,
		"ldapsearchfilter": u.filter} {
		if value != "" {
			kept[name] = value
		}
	}
}
