//go:build lab

package hba

import "strings"

// oracleTexts are many records in one file, and files that end in odd ways.
func oracleTexts() []string {
	var all strings.Builder
	for _, kind := range []string{"local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc", "HOST",
		`"host"`, "host,local", "hots"} {
		for _, rest := range []string{
			"", "a", "a b", "all all all", "a b all", "a b all md5", "a b all md5 x", "a b 10.0.0.0/8 scram-sha-256",
			"a b 10.0.0.0 255.0.0.0 md5",
			"a b 10.1/16 md5", "a b 0x7f.1/8 md5", "a b 010.0.0.1/32 md5", "a b 300.1.1.1/24 md5", "a b 300.1.1.1 md5",
			"a b x.y/8 md5",
			"a b 1.2.3.4.5/8 md5", "a b 10.0.0.0/33 md5", "a b 10.0.0.0/ md5", "a b 10.0.0.0/+8 md5",
			`a b "10.0.0.0/ 8" md5`, "a b 10.0.0.0/8x md5",
			"a b ::/0 md5", "a b ::1/129 md5", "a b ::ffff:10.0.0.0/104 md5", "a b ::1 ffff:: md5",
			"a b ::1 255.0.0.0 md5", "a b 10.0.0.0 md5",
			"a b 10.0.0.0", "a b 10.0.0.0 1.1.1.1,2.2.2.2 md5", "a b 1.1.1.1,2.2.2.2 md5", "a b samehost md5",
			`a b "samehost" md5`, "a b samenet,all md5",
			"a b .example.com md5", `a b "" md5`, "a,b c,d all md5,", "a ,b c all md5", "a , b all md5",
			`"a""b" "c d" all md5`, `a"b c"d e all md5`, `"" "" all md5`,
			`"all" "+x" all md5`, "a#b c all md5", "a b all md5#c", "a b all md5,peer", "a b all MD5", "a b all peer",
			"a b peer", "a b ident", "a b all ident",
			"a b all cert", "a b all cert clientcert=verify-ca", "a b all cert clientcert=verify-full",
			"a b all md5 clientcert=1", "a b all md5 clientcert=verify-ca",
			"a b all md5 clientname=DN", "a b all cert clientname=XX", "a b all gss", "a b gss",
			"a b all gss include_realm=0 krb_realm=X", "a b all md5 krb_realm=X",
			"a b all md5 compat_realm=1", "a b all sspi", "a b all bsd", "a b all pam pamservice=x",
			"a b all md5 pamservice=x", "a b all md5 map=x", "a b all ident map=x",
			"a b all trust map=x y=z", "a b all oauth", "a b all md5 =x", "a b all md5 ldapserver=x", "a b all ldap",
			"a b all ldap ldapserver=x",
			"a b all ldap ldapserver=x ldapprefix=y", `a b all ldap ldapserver=x ldapprefix="cn=" ldapbasedn="dc=y"`,
			"a b all ldap ldapport=x", "a b all ldap ldapport=38x9 ldapbasedn=x",
			"a b all ldap ldapbasedn=x ldapsearchattribute=a ldapsearchfilter=b", "a b all radius",
			"a b all radius radiusservers=127.0.0.1",
			"a b all radius radiusservers=127.0.0.1 radiussecrets=x",
			`a b all radius radiusservers="127.0.0.1,127.0.0.2" radiussecrets="x,y,z"`,
			`a b all radius radiusservers="127.0.0.1,127.0.0.2" radiussecrets="""x"",y" radiusports="1,2,3"`,
			`a b all radius radiusservers="" radiussecrets=x`,
			`a b all radius radiusservers=127.0.0.1 radiussecrets=""`,
			"a b all radius radiusservers=127.0.0.1 radiussecrets=x radiusidentifiers=a,b",
			`"a b all md5`, `a "b all md5 x`, `a b all md5 "x=`, ",a b all md5", "a b all\tmd5\r", "a b \\",
			"c \\", "all md5",
			"/^a b all md5", `"/(" b all md5`, "ü b all md5", "a b all md5\fx", "@ b all md5",
		} {
			all.WriteString(kind + " " + rest + "\n")
		}
	}
	all.WriteString("include x\ninclude_if_exists x y\n# c \\\nlocal swallowed peer\n\nlocal a b \\\\\n peer\n" +
		`local "a \` + "\n" + `b" c peer` + "\n")
	return []string{all.String(), "local a b peer", "local a b peer\r\n\r\n# x\\", "local a b \\\n", "", "\\\n\\\n",
		"\ufefflocal a b peer\n", "local " + strings.Repeat("a", 10239) + " b peer\n"}
}
