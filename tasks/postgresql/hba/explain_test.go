package hba

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
)

func TestExplain(t *testing.T) {
	f := Parse(`local all postgres peer
hostssl all all 10.0.0.0/8 md5
hostnossl all all 10.9.0.0 255.255.0.0 reject
host "all",x odoo all md5
host all +dev all md5
host all odoo samenet md5
host all odoo .example.com ldap ldapbasedn=dc=x ldapbindpasswd=s3cret
host replication odoo all md5
bad
host prod odoo 10.2.3.4/32 scram-sha-256
host all all all trust
`, 15)
	want := `1 no match: type: the client comes over the network
2 no match: type: the connection has no TLS
3 no match: address: 10.2.3.4 is not in 10.9.0.0 255.255.0.0
4 no match: database: prod is not "all",x
5 unknown: user: it is not known whether odoo is +dev
6 unknown: address: it is not known whether the client is in a network of the server (samenet)
7 unknown: address: it is not known whether the client is called .example.com
8 no match: database: prod is not replication
9 error: invalid connection type "bad"
10 match: the server asks for scram-sha-256`
	conn := Conn{Address: netip.MustParseAddr("10.2.3.4"), Database: "prod", User: "odoo"}
	var got []string
	for _, s := range f.Explain(conn) {
		got = append(got, fmt.Sprintf("%d %s: %s", s.Record.Line, s.Verdict, s.Why))
	}
	if strings.Join(got, "\n") != want {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
	if text := f.Records[6].String(); text != "host all odoo .example.com ldap ldapbasedn=dc=x ldapbindpasswd=***" {
		t.Errorf("record 7 is shown as %s", text)
	}
	if last := f.Explain(Conn{Address: conn.Address, Database: "x", User: "y",
		Roles: []string{}}); last[len(last)-1].Why != "the server asks for nothing" {
		t.Errorf("line 11: %s", last[len(last)-1].Why)
	}
}

// TestExplainAgrees: the steps end where Match does, and the unknown ones are
// the doubts.
func TestExplainAgrees(t *testing.T) {
	f := Parse(matchFile, 16)
	for _, address := range []string{"", "10.9.1.1", "192.168.1.9", "192.168.77.0", "192.168.5.4", "2001:db8::1"} {
		for _, user := range []string{"postgres", "odoo", "rep", "x"} {
			for _, database := range []string{"postgres", "mycompany", "all", "x"} {
				c := Conn{Database: database, User: user}
				if address != "" {
					c.Address = netip.MustParseAddr(address)
				}
				var match *Record
				unknown := 0
				for _, s := range f.Explain(c) {
					switch s.Verdict {
					case Matched:
						match = s.Record
					case Perhaps:
						unknown++
					}
				}
				if match != f.Match(c) || unknown != len(f.Doubts(c)) {
					t.Errorf("%+v: %v with %d doubts, want %v with %d", c, match, unknown, f.Match(c), len(f.Doubts(c)))
				}
			}
		}
	}
}

// FuzzLoad: reading files that include each other ends, every record is in one of them,
// and the view has a row for each.
func FuzzLoad(f *testing.F) {
	f.Add("include a\nhost @b all all md5\n", "include_dir .\n", "x,@b\n", uint8(18))
	f.Add("local @a @b peer\n", "@b", "\"y\"", uint8(13))
	f.Add("include_if_exists none\ninclude a\ninclude a", "include b\n", "include a\n", uint8(16))
	f.Fuzz(func(t *testing.T, main, a, b string, version uint8) {
		files := fstest.MapFS{"d/pg_hba.conf": {Data: []byte(main)}, "d/a": {Data: []byte(a)}, "d/b": {Data: []byte(b)},
			"d/x.conf": {Data: []byte(b)}}
		file, err := Load(files, "/d/pg_hba.conf", 9+int(version)%10)
		if err != nil {
			t.Fatal(err)
		}
		rows := file.Rows(true)
		if len(rows) != len(file.Records) {
			t.Fatalf("%d rows of %d records", len(rows), len(file.Records))
		}
		for i, r := range file.Records {
			if r.Line < 1 || files[rooted(r.File)] == nil || rows[i].LineNumber != r.Line {
				t.Fatalf("record %+v", r)
			}
		}
		c := Conn{Database: "a", User: "b", Address: netip.MustParseAddr("10.0.0.1")}
		Review(file, file, []Rule{{Type: "host", Databases: []string{"a"}, Users: []string{"b"},
			Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5"}})
		if lost := LockedOut(file, file, []string{"postgres"}); lost != nil {
			t.Fatalf("no edit, and yet %v", lost)
		}
		file.Explain(c)
	})
}
