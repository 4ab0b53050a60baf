//go:build lab

package hba

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// viewRow is a row of pg_hba_file_rules.
type viewRow struct {
	Line     int      `json:"line_number"`
	Type     *string  `json:"type"`
	Database []string `json:"database"`
	User     []string `json:"user_name"`
	Address  *string  `json:"address"`
	Netmask  *string  `json:"netmask"`
	Method   *string  `json:"auth_method"`
	Options  []string `json:"options"`
	Error    *string  `json:"error"`
}

// TestOracle asks the machine's own PostgreSQL, in single-user mode and with
// no socket, how it reads a file, and compares every record.
func TestOracle(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	server := func(stdin, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		if os.Getuid() == 0 {
			cmd = exec.Command("runuser", append([]string{"-u", "postgres", "--", name}, args...)...)
		}
		cmd.Dir = "/"
		cmd.Stdin = strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	server("", "initdb", "-D", data, "-N", "--locale=C", "-E", "UTF8", "-A", "trust")
	version, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(version)))
	if err != nil {
		t.Fatal(err)
	}

	for i, text := range oracleTexts() {
		if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		answer := filepath.Join(dir, fmt.Sprintf("answer%d", i))
		server(fmt.Sprintf("copy (select replace(encode(convert_to(coalesce(json_agg(r), '[]')::text, 'UTF8'), 'base64'), chr(10), '') from pg_hba_file_rules r) to '%s'\n", answer),
			"postgres", "--single", "-D", data, "postgres")
		raw, err := os.ReadFile(answer)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		var rows []viewRow
		if err := json.Unmarshal(plain, &rows); err != nil {
			t.Fatal(err)
		}
		compare(t, text, Parse(text, major).Records, rows)
	}
}

func compare(t *testing.T, text string, records []*Record, rows []viewRow) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for len(records) > 0 || len(rows) > 0 {
		if len(records) == 0 || len(rows) == 0 || records[0].Line != rows[0].Line {
			t.Fatalf("records differ: ours %d, the server's %d left", len(records), len(rows))
		}
		want, got := viewText(rows[0]), recordText(records[0])
		if got != want {
			t.Errorf("line %d %.100q\nserver %s\n  ours %s", rows[0].Line, lines[rows[0].Line-1], want, got)
		}
		records, rows = records[1:], rows[1:]
	}
}

func viewText(r viewRow) string {
	switch {
	case r.Type == nil && (r.Error == nil || strings.HasSuffix(*r.Error, "because SSL is disabled")):
		return "error without a text"
	case r.Type == nil:
		return "error: " + *r.Error
	}
	text := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	return fmt.Sprintf("%s %q %q %s %s %s", *r.Type, r.Database, r.User, text(r.Address), text(r.Netmask), *r.Method)
}

func recordText(r *Record) string {
	if strings.HasPrefix(r.Error, "invalid value for client") {
		return "error without a text" // the server logs it and leaves the view empty
	}
	if r.Error != "" {
		return "error: " + r.Error
	}
	words := func(tokens []Token) []string {
		return slices.Collect(func(yield func(string) bool) {
			for _, t := range tokens {
				if !yield(t.Text) {
					return
				}
			}
		})
	}
	address, mask := "-", "-"
	if r.Kind.network() {
		address = r.Address.Text
	}
	if r.network.address.IsValid() {
		address, mask = canonical(r.network.address), canonical(r.network.mask)
	} else if r.hostName != "" {
		address = r.hostName
	}
	return fmt.Sprintf("%s %q %q %s %s %s", r.Kind, words(r.Databases), words(r.Users), address, mask, r.Method)
}

// canonical prints as getnameinfo does, ::ffff:0.0.0.0 included.
func canonical(a netip.Addr) string { return a.String() }

// oracleTexts are many records in one file, and files that end in odd ways.
func oracleTexts() []string {
	var all strings.Builder
	for _, kind := range []string{"local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc", "HOST", `"host"`, "host,local", "hots"} {
		for _, rest := range []string{
			"", "a", "a b", "all all all", "a b all", "a b all md5", "a b all md5 x", "a b 10.0.0.0/8 scram-sha-256", "a b 10.0.0.0 255.0.0.0 md5",
			"a b 10.1/16 md5", "a b 0x7f.1/8 md5", "a b 010.0.0.1/32 md5", "a b 300.1.1.1/24 md5", "a b 300.1.1.1 md5", "a b x.y/8 md5",
			"a b 1.2.3.4.5/8 md5", "a b 10.0.0.0/33 md5", "a b 10.0.0.0/ md5", "a b 10.0.0.0/+8 md5", `a b "10.0.0.0/ 8" md5`, "a b 10.0.0.0/8x md5",
			"a b ::/0 md5", "a b ::1/129 md5", "a b ::ffff:10.0.0.0/104 md5", "a b ::1 ffff:: md5", "a b ::1 255.0.0.0 md5", "a b 10.0.0.0 md5",
			"a b 10.0.0.0", "a b 10.0.0.0 1.1.1.1,2.2.2.2 md5", "a b 1.1.1.1,2.2.2.2 md5", "a b samehost md5", `a b "samehost" md5`, "a b samenet,all md5",
			"a b .example.com md5", `a b "" md5`, "a,b c,d all md5,", "a ,b c all md5", "a , b all md5", `"a""b" "c d" all md5`, `a"b c"d e all md5`, `"" "" all md5`,
			`"all" "+x" all md5`, "a#b c all md5", "a b all md5#c", "a b all md5,peer", "a b all MD5", "a b all peer", "a b peer", "a b ident", "a b all ident",
			"a b all cert", "a b all cert clientcert=verify-ca", "a b all cert clientcert=verify-full", "a b all md5 clientcert=1", "a b all md5 clientcert=verify-ca",
			"a b all md5 clientname=DN", "a b all cert clientname=XX", "a b all gss", "a b gss", "a b all gss include_realm=0 krb_realm=X", "a b all md5 krb_realm=X",
			"a b all md5 compat_realm=1", "a b all sspi", "a b all bsd", "a b all pam pamservice=x", "a b all md5 pamservice=x", "a b all md5 map=x", "a b all ident map=x",
			"a b all trust map=x y=z", "a b all oauth", "a b all md5 =x", "a b all md5 ldapserver=x", "a b all ldap", "a b all ldap ldapserver=x",
			"a b all ldap ldapserver=x ldapprefix=y", `a b all ldap ldapserver=x ldapprefix="cn=" ldapbasedn="dc=y"`, "a b all ldap ldapport=x", "a b all ldap ldapport=38x9 ldapbasedn=x",
			"a b all ldap ldapbasedn=x ldapsearchattribute=a ldapsearchfilter=b", "a b all radius", "a b all radius radiusservers=127.0.0.1",
			"a b all radius radiusservers=127.0.0.1 radiussecrets=x", `a b all radius radiusservers="127.0.0.1,127.0.0.2" radiussecrets="x,y,z"`,
			`a b all radius radiusservers="127.0.0.1,127.0.0.2" radiussecrets="""x"",y" radiusports="1,2,3"`, `a b all radius radiusservers="" radiussecrets=x`,
			`a b all radius radiusservers=127.0.0.1 radiussecrets=""`, "a b all radius radiusservers=127.0.0.1 radiussecrets=x radiusidentifiers=a,b",
			`"a b all md5`, `a "b all md5 x`, `a b all md5 "x=`, ",a b all md5", "a b all\tmd5\r", "a b \\", "c \\", "all md5",
			"/^a b all md5", `"/(" b all md5`, "ü b all md5", "a b all md5\fx", "@ b all md5",
		} {
			all.WriteString(kind + " " + rest + "\n")
		}
	}
	all.WriteString("include x\ninclude_if_exists x y\n# c \\\nlocal swallowed peer\n\nlocal a b \\\\\n peer\n" + `local "a \` + "\n" + `b" c peer` + "\n")
	return []string{all.String(), "local a b peer", "local a b peer\r\n\r\n# x\\", "local a b \\\n", "", "\\\n\\\n", "\ufefflocal a b peer\n", "local " + strings.Repeat("a", 10239) + " b peer\n"}
}
