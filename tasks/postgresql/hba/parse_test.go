package hba

import (
	"fmt"
	"strings"
	"testing"
)

// show prints a record in one line: kind databases users address mask method
// options, quoted tokens in angle brackets.
func show(r *Record) string {
	if r.Error != "" {
		return "error: " + r.Error
	}
	if r.Kind.include() {
		return fmt.Sprintf("%s %s", r.Kind, r.Path)
	}
	list := func(tokens []Token) string {
		words := make([]string, len(tokens))
		for i, t := range tokens {
			words[i] = t.Text
			if t.Quoted {
				words[i] = "<" + t.Text + ">"
			}
		}
		return strings.Join(words, "+")
	}
	parts := []string{string(r.Kind), list(r.Databases), list(r.Users)}
	if r.Kind != Local {
		parts = append(parts, list([]Token{r.Address}))
	}
	if r.Mask != "" {
		parts = append(parts, "mask="+r.Mask)
	}
	parts = append(parts, r.Method)
	for _, o := range r.Options {
		parts = append(parts, o.Name+"="+o.Value)
	}
	return strings.Join(parts, " ")
}

func TestParseRecord(t *testing.T) {
	const ip = "end-of-line before "
	tests := []struct {
		major int
		text  string
		want  string
	}{
		{15, "local all postgres peer", "local all postgres peer"},
		{15, "local all all ident", "local all all peer"},
		{15, "host a b 10.0.0.0/8 md5", "host a b 10.0.0.0/8 md5"},
		{15, "hostssl a b ::1/128 cert", "hostssl a b ::1/128 cert"},
		{15, "hostnossl a b samehost reject", "hostnossl a b samehost reject"},
		{12, "hostgssenc a b all gss", "hostgssenc a b all gss"},
		{11, "hostgssenc a b all gss", `error: invalid connection type "hostgssenc"`},
		{15, "host a b 10.0.0.0 255.0.255.0 md5", "host a b 10.0.0.0 mask=255.0.255.0 md5"},
		{15, "host a b .example.com md5", "host a b .example.com md5"},
		{15, "host a b 300.1.1.1 md5", "host a b 300.1.1.1 md5"},
		{15, "host a b 300.1.1.1/24 md5", `error: specifying both host name and CIDR mask is invalid: "300.1.1.1/24"`},

		{15, "host a,b c samenet md5", "host a+b c samenet md5"},
		{15, "host a, b c samenet md5", "host a+b c samenet md5"},
		{15, "host a ,b samenet md5", "host a b samenet md5"},
		{15, "host a , b samenet md5", "host a b samenet md5"},
		{15, "host a b samenet md5,", "host a b samenet md5"},
		{15, ",,host a b samenet md5", "host a b samenet md5"},
		{15, `host "all" all all md5`, "host <all> all all md5"},
		{15, `host db"x y" "+lit",+grp,@file all md5`, "host dbx y <+lit>++grp+@file all md5"},
		{15, `host "a""b" "@x" all md5`, `host <a"b> <@x> all md5`},
		{15, `host """" "" all md5`, `host <"> <> all md5`},
		{15, `"host" a b all "md5"`, "host a b all md5"},
		{15, "host a#b u all md5", "error: " + ip + "role specification"},
		{15, "host a b all md5#note", "host a b all md5"},
		{15, `host a b all ldap ldapprefix="cn=" ldapbindpasswd="#x"`,
			"error: cannot use ldapbasedn, ldapbinddn, ldapbindpasswd, ldapsearchattribute, ldapsearchfilter, or ldapurl " +
				"together with ldapprefix"},
		{18, `host a b all ldap ldapprefix="cn=" ldapbinddn=x`,
			"error: cannot mix options for simple bind and search+bind modes"},
		{15, `host a b all ldap ldapbasedn="dc=x" ldapbindpasswd="#x y"`,
			"host a b all ldap ldapbasedn=dc=x ldapbindpasswd=#x y"},
		{15, `host a b all radius radiusservers="a,b" radiussecrets="""a"",""b"""`,
			`host a b all radius radiusservers=a,b radiussecrets="a","b"`},
		{15, `host a b all radius radiusservers="a,b" radiussecrets="a,b,c"`,
			"error: the number of RADIUS secrets (3) must be 1 or the same as the number of RADIUS servers (2)"},
		{15, "host a b all radius radiusservers=a",
			`error: authentication method "radius" requires argument "radiussecrets" to be set`},
		{9, "host a b all radius radiusserver=a radiussecret=b", "host a b all radius radiusserver=a radiussecret=b"},
		{10, "host a b all radius radiusserver=a", `error: unrecognized authentication option name: "radiusserver"`},

		{15, "host", "error: " + ip + "database specification"},
		{15, "host a b", "error: " + ip + "IP address specification"},
		{15, "host a b 10.0.0.0", "error: " + ip + "netmask specification"},
		{15, "host a b 10.0.0.0/8", "error: " + ip + "authentication method"},
		{15, "local a b", "error: " + ip + "authentication method"},
		{15, "host,hostssl a b all md5", "error: multiple values specified for connection type"},
		{15, "host a b 1.1.1.1,2.2.2.2 md5", "error: multiple values specified for host address"},
		{15, "host a b 1.1.1.1 255.0.0.0,2.2.2.2 md5", "error: multiple values specified for netmask"},
		{15, "host a b all md5,peer", "error: multiple values specified for authentication type"},
		{15, "host a b 10.0.0.0/33 md5", `error: invalid CIDR mask in address "10.0.0.0/33"`},
		{15, "host a b ::/129 md5", `error: invalid CIDR mask in address "::/129"`},
		{15, "host a b 10.0.0.0/ md5", `error: invalid CIDR mask in address "10.0.0.0/"`},
		{15, "host a b 10.0.0.0 ffff:: md5", "error: IP address and mask do not match"},
		{15, "host a b 10.0.0.0 md5", `error: invalid IP mask "md5": Name or service not known`},
		{15, "host a b all MD5", `error: invalid authentication method "MD5"`},
		{9, "host a b all scram-sha-256", `error: invalid authentication method "scram-sha-256"`},
		{17, "host a b all oauth issuer=x scope=y", `error: invalid authentication method "oauth"`},
		{18, "host a b all oauth issuer=x scope=y", "host a b all oauth issuer=x scope=y"},
		{18, "host a b all oauth issuer=x", `error: authentication method "oauth" requires argument "scope" to be set`},
		{18, "host a b all oauth issuer=x scope=y map=m delegate_ident_mapping=1",
			"error: map cannot be used in combination with delegate_ident_mapping"},
		{15, "host a b all peer", "error: peer authentication is only supported on local sockets"},
		{15, "host a b all cert", "error: cert authentication is only supported on hostssl connections"},
		{15, "local a b gss", "error: gssapi authentication is not supported on local sockets"},
		{15, "local a b sspi", `error: invalid authentication method "sspi": not supported by this build`},
		{15, "local a b 10.0.0.0/8 md5", `error: invalid authentication method "10.0.0.0/8"`},
		{15, "host a b all md5 sha", "error: authentication option not in name=value format: sha"},
		{15, "host a b all md5 x=y", `error: unrecognized authentication option name: "x"`},
		{15, "host a b all md5 map=m",
			`error: authentication option "map" is only valid for authentication methods ident, peer, gssapi, sspi, and cert`},
		{18, "host a b all md5 map=m",
			`error: authentication option "map" is only valid for authentication methods ident, peer, gssapi, sspi, cert, and oauth`},
		{15, "host a b all md5 clientcert=verify-ca", `error: clientcert can only be configured for "hostssl" rows`},
		{13, "hostssl a b all md5 clientcert=1", "hostssl a b all md5 clientcert=1"},
		{14, "hostssl a b all md5 clientcert=1", `error: invalid value for clientcert: "1"`},
		{15, "hostssl a b all cert clientcert=verify-ca",
			`error: clientcert can only be set to "verify-full" when using "cert" authentication`},
		{13, "hostssl a b all md5 clientname=CN", `error: unrecognized authentication option name: "clientname"`},
		{14, "hostssl a b all md5 clientname=CN", "hostssl a b all md5 clientname=CN"},

		{15, "include x.conf", `error: invalid connection type "include"`},
		{16, "include x.conf", "include x.conf"},
		{16, `include_dir "my dir" # all`, "include_dir my dir"},
		{16, "include_if_exists a b", `error: invalid connection type "include_if_exists"`},
		{15, `host "/(" b all md5`, "host </(> b all md5"},
		{16, `host "/(" b all md5`, `error: invalid regular expression "(": parentheses () not balanced`},
		{16, `host /*a b all md5`, `error: invalid regular expression "*a": quantifier operand invalid`},
		{16, `host "/^a{2,4}$" /\mx all md5`, `host </^a{2,4}$> /\mx all md5`},
		{10, "local " + strings.Repeat("a,", 4093), "error: authentication file line too long"},
		{13, "local " + strings.Repeat("a,", 10236) + "b", "error: authentication file line too long"},
		{14, "local " + strings.Repeat("a", 10239) + ", b peer", "error: authentication file token too long"},
		{10, "local " + strings.Repeat("a", 256) + " b peer", "error: authentication file token too long"},
		{15, "host " + strings.Repeat("a", 10240) + " b all md5", "error: authentication file token too long"},
	}
	for _, test := range tests {
		f := Parse(test.text, test.major)
		if len(f.Records) != 1 {
			t.Errorf("%d %.60q: %d records, want 1", test.major, test.text, len(f.Records))
			continue
		}
		if got := show(f.Records[0]); got != test.want {
			t.Errorf("%d %.60q:\n got %s\nwant %s", test.major, test.text, got, test.want)
		}
	}
}

func TestParseLines(t *testing.T) {
	tests := []struct {
		name  string
		major int
		text  string
		want  []string
	}{
		{"blank and comments", 15, "\n  \t\n# x\n,,\nlocal a b peer", []string{"5-5 local a b peer"}},
		{"CRLF", 15, "local a b peer\r\nlocal c d md5\r\n", []string{"1-1 local a b peer", "2-2 local c d md5"}},
		{"continued", 14, "local a \\\n  b \\\n  peer\nlocal c d md5\n",
			[]string{"1-3 local a b peer", "4-4 local c d md5"}},
		{"continued CRLF", 14, "local a \\\r\nb peer\r\n", []string{"1-2 local a b peer"}},
		{"continued comment", 14, "# x \\\nlocal a b peer\nlocal c d md5\n", []string{"3-3 local c d md5"}},
		{"continued quote", 14, "local \"a \\\nb\" c peer\n", []string{"1-2 local <a b> c peer"}},
		{"two backslashes", 14, "local a b\\\\\n peer\n", []string{`1-2 local a b\ peer`}},
		{"at the end", 14, "local a b peer \\", []string{"1-1 local a b peer"}},
		{"not before 14", 13, "local a b peer \\\nlocal c d md5",
			[]string{`1-1 error: authentication option not in name=value format: \`, "2-2 local c d md5"}},
		{"NUL hides the rest", 13, "local a b peer\x00 x\nlocal c d md5",
			[]string{"1-1 local a b peer", "2-2 local c d md5"}},
		{"NUL hides the line end too", 14, "local a b peer\x00 x\n map=c\nlocal c d md5",
			[]string{"1-1 local a b peer map=c", "2-2 local c d md5"}},
		{"the rest of a long line is a line", 13, "local " + strings.Repeat(" ", 20473) + "local a b peer\nhost\n",
			[]string{"1-1 error: authentication file line too long", "2-2 local a b peer",
				"3-3 error: end-of-line before database specification"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, r := range Parse(test.text, test.major).Records {
				got = append(got, fmt.Sprintf("%d-%d %s", r.Line, r.LastLine, show(r)))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestErrorsAndWarnings(t *testing.T) {
	f := Parse("local a b peer\nhots a b all md5\nhost a \"b all md5\n", 15)
	errs := f.Errors()
	if len(errs) != 2 || errs[0].Error() != `line 2: invalid connection type "hots"` || errs[1].Line != 3 {
		t.Errorf("errors: %v", errs)
	}
	if f.Records[2].Warning == "" || f.Records[0].Warning != "" {
		t.Errorf("warnings: %q, %q; only the open quote deserves one", f.Records[0].Warning, f.Records[2].Warning)
	}
}

func TestNumericHost(t *testing.T) {
	tests := map[string]string{
		"10.1": "10.0.0.1", "0x7f.1": "127.0.0.1", "010.0.0.1": "8.0.0.1", "1": "0.0.0.1",
		"4294967295":  "255.255.255.255",
		"192.168.257": "192.168.1.1", "::1": "::1", "::ffff:1.2.3.4": "::ffff:1.2.3.4", "fe80::1%eth0": "fe80::1",
		"4294967296": "", "256.0.0.1": "", "1.2.3.4.5": "", "1..2": "", "": "", "08.0.0.1": "", "0x.1": "",
		"1.2.3.256": "", "1e3": "", "+1": "",
	}
	for text, want := range tests {
		a, ok := numericHost(text)
		if ok != (want != "") || ok && a.String() != want {
			t.Errorf("%q: %v %v, want %q", text, a, ok, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"local all postgres peer\n", "host a,b \"c d\" 10.0.0.0 255.0.0.0 md5 # x\r\n", "include_dir x\n",
		"host a b all ldap ldapbasedn=\"a=b\"\\\n ldapserver=x", "host /^a /b( .x.y md5\\\n", `host "a""b`,
		"\x00\\\n\\",
	} {
		f.Add(seed, uint8(15))
	}
	f.Fuzz(func(t *testing.T, text string, version uint8) {
		major := 9 + int(version)%10
		file := Parse(text, major)
		last := 0
		for _, r := range file.Records {
			if r.Line <= last || r.LastLine < r.Line || r.start >= r.end || r.end > len(text) {
				t.Fatalf("record %+v behind line %d", r, last)
			}
			last = r.LastLine
			// A NUL hides a line end from the server, and a line that is too long counts as several.
			odd := strings.Contains(text, "\x00") || len(text) >= maxLine-1
			if want := 1 + strings.Count(text[:r.start], "\n"); r.Line != want && !odd {
				t.Fatalf("record at offset %d is on line %d, not %d", r.start, want, r.Line)
			}
			if r.Error == "" && !r.Kind.include() && (len(r.Databases) == 0 || len(r.Users) == 0 || r.Method == "") {
				t.Fatalf("incomplete record without an error: %+v", r)
			}
		}
		file.Match(Conn{Database: "a", User: "b"})
	})
}
