package hba

import "testing"

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"host all all all ldap ldapserver=x ldapbindpasswd=pw ldapbasedn=\"o=x\"\n": "host all all all ldap ldapserver=x " +
			"ldapbindpasswd=*** ldapbasedn=\"o=x\"\n",
		"host all all all ldap ldapbindpasswd=\"p \"\"w\" ldaptls=1\n": "host all all all ldap " +
			"ldapbindpasswd=*** ldaptls=1\n",
		"host all all all ldap \"ldapbindpasswd=p w\" ldaptls=1\n": "host all all all ldap " +
			"\"ldapbindpasswd=***\" ldaptls=1\n",
		"#host all all all radius radiussecrets=\"a\",\"b c\" radiusservers=x # note": "#host all all all radius " +
			"radiussecrets=*** radiusservers=x # note",
		"host all all all scram-sha-256\n": "host all all all scram-sha-256\n",
	} {
		if got := Mask(text, func(string) string { return "***" }); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}
