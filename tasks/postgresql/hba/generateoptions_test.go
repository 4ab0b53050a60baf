package hba

// methodOptions are options by the method that accepts them, with valid and invalid
// values.
var methodOptions = map[string][]string{
	"ident": {"map=m", "map=", `"map=a b"`}, "peer": {"map=m"},
	"cert": {"map=m", "clientcert=verify-full", "clientcert=verify-ca", "clientcert=1", "clientcert=0",
		"clientcert=no-verify", "clientname=CN", "clientname=DN", "clientname=x"},
	"gss": {"include_realm=0", "include_realm=1", "krb_realm=R", "map=m", "include_realm=x"},
	"pam": {"pamservice=p", "pam_use_hostname=1", "pam_use_hostname=x"},
	"md5": {"clientcert=verify-full", "clientcert=verify-ca", "clientcert=1", "clientcert=0", "clientcert=no-verify",
		"clientcert=x", "clientname=DN", "clientname=x"},
	"ldap": {"ldapserver=s", `ldapserver="a b"`, "ldapport=389", "ldapport=0", "ldapport=x", "ldapport=38x", "ldapport=-1",
		"ldaptls=1", "ldaptls=0", "ldapprefix=cn=", `ldapprefix="cn="`, `ldapsuffix=",dc=x"`,
		"ldapbasedn=dc=x", "ldapbasedn=dc=x", "ldapbasedn=dc=x", "ldapbinddn=cn=x", `ldapbindpasswd="#x y"`,
		"ldapsearchattribute=uid", "ldapsearchfilter=(uid=$username)", "ldapscheme=ldaps", "ldapscheme=x",
		"ldapurl=ldap://h.example.com/dc=x?uid?sub", "ldapurl=ldaps://h:1636/dc=x",
		`ldapurl="ldap://h/dc=x??one?(uid=*)"`, "ldapurl=ldap://h/dc=x?a,b?base", "ldapurl=http://h/",
		"ldapurl=ldapi://h/", "ldapurl=ldap:///dc=x", "ldapurl=ldap://h", "ldapurl=ldap://h/",
		"ldapurl=LDAP://h:x/dc=x", "ldapurl=ldap://h/dc=x?uid??(a=b)", "ldapurl=ldap://[::1]:390/dc=x"},
	"radius": {"radiusservers=127.0.0.1", "radiusservers=127.0.0.1", `radiusservers="127.0.0.1,127.0.0.2"`,
		`"radiusservers=127.0.0.1, ::1"`, "radiussecrets=s", "radiussecrets=s", `radiussecrets="""a"",b"`,
		`"radiussecrets=a,b,c"`, "radiusports=1812", `radiusports="1,2"`, "radiusports=x", `radiusports="1,2,3"`,
		"radiusidentifiers=i", `radiusidentifiers="i,j,k"`, "radiusservers=", "radiussecrets=", "radiusport=1"},
	"oauth": {"issuer=https://i", "issuer=https://i", "scope=s", `scope="a b"`, "validator=v", "validator=v", "map=m",
		"delegate_ident_mapping=1", "delegate_ident_mapping=0"},
}

// neededOptions are those without which a method is refused.
var neededOptions = map[string][]string{
	"ldap":   {"ldapserver=s", "ldapbasedn=dc=x"},
	"radius": {"radiusservers=127.0.0.1", "radiussecrets=s"},
	"oauth":  {"issuer=https://i", "scope=s"},
}

func (g generator) options(method string) (list []string) {
	if method == "oauth" { // others depend on the server's settings
		list = append(list, "validator=v")
	}
	if g.IntN(3) > 0 {
		list = append(list, neededOptions[method]...)
	}
	for g.IntN(2) == 0 {
		known := methodOptions[method]
		if known == nil {
			known = methodOptions["md5"]
		}
		option := known[g.IntN(len(known))]
		list = append(list, g.often(option, "x", "x=y", "=", "map=m", "ldapserver=s", "krb_realm=R", "compat_realm=1",
			"pamservice=p", "radiusports=1", "scope=s", `"map=a,b"`, "@names", "clientname=CN",
			"clientcert=verify-full", "MAP=m"))
	}
	return list
}
