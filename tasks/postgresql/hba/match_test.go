package hba

import (
	"net/netip"
	"testing"
)

const matchFile = `local all postgres peer
local all all md5
hostnossl all all 10.9.0.0/16 reject
hostssl replication rep all scram-sha-256
host mycompany,"all" odoo 192.168.1.0/24 scram-sha-256
host sameuser all 192.168.2.0 255.255.0.255 md5
host all +dev samenet md5
host samerole all 192.168.3.0/24 md5
host "/^my[a-z]+$" web 192.168.4.0/24 md5
host all all .example.com ident
host "/\mx" x 192.168.5.0/24 md5
host all all 0.0.0.0/0 reject
`

func TestMatch(t *testing.T) {
	client := netip.MustParseAddr
	tests := []struct {
		name   string
		conn   Conn
		line   int // 0: none
		doubts int
	}{
		{"admin", Conn{Database: "postgres", User: "postgres"}, 1, 0},
		{"socket", Conn{Database: "mycompany", User: "odoo"}, 2, 0},
		{"no TLS", Conn{Address: client("10.9.1.1"), Database: "a", User: "b", Roles: []string{}, HostName: "x"}, 3, 0},
		{"TLS", Conn{Address: client("10.9.1.1"), TLS: true, Database: "a", User: "b", Roles: []string{},
			HostName: "x"}, 12, 0},
		{"replication", Conn{Address: client("10.9.1.1"), TLS: true, User: "rep", Replication: true}, 4, 0},
		{"all is not replication", Conn{Address: client("1.1.1.1"), User: "odoo", Replication: true}, 0, 0},
		{"replication is not a database", Conn{Address: client("1.1.1.1"), TLS: true, Database: "replication",
			User: "rep", Roles: []string{}, HostName: "x"}, 12, 0},
		{"list", Conn{Address: client("192.168.1.9"), Database: "mycompany", User: "odoo"}, 5, 0},
		{"quoted keyword", Conn{Address: client("192.168.1.9"), Database: "all", User: "odoo"}, 5, 0},
		{"sameuser, mask with holes", Conn{Address: client("192.168.77.0"), Database: "x", User: "x"}, 6, 0},
		{"mask with holes misses", Conn{Address: client("192.168.77.1"), Database: "x", User: "x", Roles: []string{},
			HostName: "n"}, 12, 0},
		{"member", Conn{Address: client("172.16.0.9"), Database: "x", User: "u", Roles: []string{"dev"},
			Interfaces: []netip.Prefix{netip.MustParsePrefix("172.16.0.1/24")}}, 7, 0},
		{"member of itself", Conn{Address: client("172.16.0.9"), Database: "x", User: "dev",
			Interfaces: []netip.Prefix{netip.MustParsePrefix("172.16.0.1/24")}}, 7, 0},
		{"samerole", Conn{Address: client("192.168.3.4"), Database: "team", User: "u", Roles: []string{"team"}}, 8, 0},
		{"regex", Conn{Address: client("192.168.4.4"), Database: "mycompany", User: "web", Roles: []string{}}, 9, 0},
		{"regex misses", Conn{Address: client("192.168.4.4"), Database: "mycompany2", User: "web", Roles: []string{},
			HostName: "n"}, 12, 0},
		{"suffix", Conn{Address: client("192.168.4.4"), Database: "y", User: "y", Roles: []string{},
			HostName: "A.Example.com"}, 10, 0},
		{"foreign regex", Conn{Address: client("192.168.5.4"), Database: "x", User: "x", Roles: []string{},
			HostName: "n"}, 12, 1},
		{"unknown roles, name and networks", Conn{Address: client("1.1.1.1"), Database: "y", User: "y"}, 12, 2},
		{"IPv6", Conn{Address: client("2001:db8::1"), Database: "y", User: "y", Roles: []string{},
			HostName: "n"}, 0, 0},
		{"mapped IPv4 is IPv6", Conn{Address: client("::ffff:192.168.1.9"), Database: "mycompany", User: "odoo",
			Roles: []string{}, HostName: "n"}, 0, 0},
	}
	f := Parse(matchFile, 16)
	if errs := f.Errors(); errs != nil {
		t.Fatal(errs)
	}
	for _, test := range tests {
		line := 0
		if r := f.Match(test.conn); r != nil {
			line = r.Line
		}
		if doubts := len(f.Doubts(test.conn)); line != test.line || doubts != test.doubts {
			t.Errorf("%s: line %d with %d doubts, want %d with %d", test.name, line, doubts, test.line, test.doubts)
		}
	}
}

func TestMatchDoubts(t *testing.T) {
	f := Parse("broken\ninclude x.conf\nlocal @list a md5\nlocal b @list md5\nlocal all a peer\nlocal @other a md5\n",
		16)
	c := Conn{Database: "b", User: "a"}
	if r := f.Match(c); r == nil || r.Line != 5 {
		t.Errorf("match %+v, want line 5", r)
	}
	var lines []int
	for _, r := range f.Doubts(c) {
		lines = append(lines, r.Line)
	}
	if len(lines) != 3 || lines[0] != 2 || lines[2] != 4 {
		t.Errorf("doubts on lines %v, want 2, 3 and 4", lines)
	}
}
