package hba

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

// generator makes pg_hba.conf files from valid and invalid pieces, with the files that
// they name.
type generator struct {
	*rand.Rand
	major int
	dir   string // the absolute path of the folder

	// loops are files that include themselves. At the depth where that ends, the server
	// reports a stale errno as the reason, and may skip an include_if_exists: such
	// files have none.
	loops bool
}

func (g generator) of(words ...string) string { return words[g.IntN(len(words))] }

// often returns the first word mostly.
func (g generator) often(usual string, odd ...string) string {
	if g.IntN(10) > 1 {
		return usual
	}
	return g.of(odd...)
}

// files returns a pg_hba.conf and some of the files that it names.
func (g generator) files() fstest.MapFS {
	g.loops = g.major >= 16 && g.IntN(15) == 0
	files := fstest.MapFS{"pg_hba.conf": g.file(1+g.IntN(25), 0)}
	if g.loops { // one: each further loop multiplies what the server has to read
		main := files["pg_hba.conf"]
		main.Data = append(main.Data, "\n\n"+g.of("include ", "include_dir ")+
			g.of(".", "deep.conf")+"\nlocal last last peer"...)
	}
	for _, name := range []string{"names", "sub/names", "list two"} {
		if g.IntN(3) > 0 {
			files[name] = g.list()
		}
	}
	if g.major >= 16 {
		for _, name := range []string{"more.conf", "sub/more.conf", "sub/a.conf", "sub/.hidden.conf", "sub/B.conf",
			"sub/x.CONF", "sub/readme", "deep.conf"} {
			if g.IntN(3) > 0 {
				files[name] = g.file(g.IntN(4), 1)
			}
		}
		if g.loops {
			files["deep.conf"] = &fstest.MapFile{Data: []byte("local a b peer\n" + "include deep.conf\n")}
		}
	}
	if g.IntN(10) == 0 {
		files["folder"] = &fstest.MapFile{Mode: 0o755 | 1<<31}
	}
	return files
}

func (g generator) file(lines, depth int) *fstest.MapFile {
	var b strings.Builder
	for i := range lines {
		b.WriteString(g.line(depth))
		if i < lines-1 || g.IntN(5) > 0 {
			b.WriteString(g.often("\n", "\r\n", " \n", "\\\n", "\\\r\n", "\\ \n", "\r\r\n", "\\\\\n"))
		}
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

// list is a file for @.
func (g generator) list() *fstest.MapFile {
	var b strings.Builder
	for range g.IntN(4) {
		name := g.name()
		if g.major < 16 && strings.Contains(name, "@") { // up to 15 a file that includes itself kills the server
			name = "x"
		}
		b.WriteString(g.often(name, "# none", "a, b", "a ,b", `"c d"`, "@sub/names", "@nothing", "include more.conf",
			"x \\") + g.of("\n", ",", " ", "\n\n"))
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

func (g generator) line(depth int) string {
	switch g.IntN(14) {
	case 0:
		return g.of("", "# comment", "\t", ",", "# comment \\", "\f", "#")
	case 1:
		return g.include(depth)
	case 2:
		return g.broken()
	}
	kind := g.often(g.of("local", "host", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"), "HOST",
		`"host"`, "host,local", "hosts", "@names", "", "loca l", "include")
	words := []string{kind, g.names(), g.names()}
	if strings.HasPrefix(strings.Trim(kind, `"`), "host") || g.IntN(20) == 0 {
		words = append(words, g.address())
	}
	method := g.method(kind)
	words = append(words, append([]string{method}, g.options(method)...)...)
	if g.IntN(25) == 0 {
		words = words[:g.IntN(len(words))]
	}
	if g.IntN(25) == 0 {
		at := g.IntN(len(words) + 1)
		words = append(words[:at], append([]string{g.name()}, words[at:]...)...)
	}
	if method == "radius" || method == "oauth" { // a continued value would depend on the resolver, or the settings
		words = append(words, "")
	}
	return g.often("", " ", "\t", ",") + strings.Join(words, g.often(" ", "  ", "\t", " \t ", "\r")) +
		g.often("", " ", " # comment", "#comment", ",", " \\ ", " \"")
}

// broken is one unusual line.
func (g generator) broken() string {
	switch g.IntN(5) {
	case 0:
		return "local " + strings.Repeat("a", []int{254, 255, 256, 10238, 10239, 10240}[g.IntN(6)]) +
			g.of("", ",", `"`, "b", "#") + " b peer"
	case 1:
		return "local " + strings.Repeat("abc,", 1+g.IntN(6000)) + "a b peer"
	case 2:
		return "# " + strings.Repeat("local a b peer ", 1300+g.IntN(100))
	case 3:
		return g.of("\xef\xbb\xbflocal a b peer", "local a b \x01", "local \xff \xfe peer", "local a b peer\x00 x", "\x00",
			"local a\vb c peer")
	}
	var b strings.Builder
	for range g.IntN(30) {
		b.WriteString(g.of(`"`, `""`, ",", " ", "#", "@", "+", "a", "local", "host", "all", `\`, "/", "=", "\t", "peer",
			"md5", "0.0.0.0/0", "10.0.0.1", "/(", "\r"))
	}
	return b.String()
}

func (g generator) include(depth int) string {
	kind := g.of("include ", "include_if_exists ", "include_dir ", `"include" `, "INCLUDE ")
	name := g.of("more.conf", "sub/more.conf", "nothing.conf", `"more.conf"`, g.dir+"/more.conf", "sub", "folder", `""`,
		"sub/", "./more.conf", "@names", "more.conf,sub", "deep.conf")
	if g.loops {
		return ""
	}
	if depth > 0 {
		name = g.of("names", "nothing", "more.con", "sub/none.conf")
	}
	return kind + name + g.often("", " # x", " x", ",")
}

func (g generator) names() string {
	list := g.name()
	for g.IntN(4) == 0 {
		list += g.often(",", ", ", " ,", ",,") + g.name()
	}
	return list
}

func (g generator) name() string {
	return g.often(g.of("all", "postgres", "odoo", "mycompany", "sameuser", "samerole", "replication"),
		`"all"`, `"a b"`, `a"b"`, `"a""b"`, `""`, "+group", `"+group"`, "+", "@names", "@nothing", `@"list two"`, `"@names"`,
		"@", "@sub/names", "@"+g.dir+"/names", "@folder",
		"/^odoo$", `"/^a{2,4}$"`, "/(", "/[a", "/*", `"/a|b"`, "a#b", "'x'", "é", "samegroup", "a=b", `\`, "/")
}

func (g generator) address() string {
	if g.IntN(3) > 0 {
		return fmt.Sprintf("%d.%d.0.%d/%d", g.IntN(300), g.IntN(260), g.IntN(256), g.IntN(34))
	}
	return g.of("all", "samehost", "samenet", `"samehost"`, `"all"`, "10.0.0.0 255.0.0.0", "10.0.0.1 255.0.255.0",
		"10.0.0.1", "10.0.0.1 ffff::", "10.0.0.1 x", "::1/128", "::/0", "fe80::/10",
		"::1.2.3.4/128", "::ffff:10.0.0.1/128", "::ffff:0:0 ffff:ffff::", "2001:db8:0:1::/64", "::1 ::ffff", "::1/129",
		"1::2::3/64", "example.com", ".example.com", "example.com/24", "10.1/16", "0x0a.1/8", "010.1.1.1/8",
		"10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/8x", `"10.0.0.0/ 8"`, "10.0.0.0/08", "10.0.0.0/8,10.1.0.0/8",
		"1/8", "4294967295/32", "4294967296/32", "/8", `""`, "@names", "10.0.0.0/8 255.0.0.0", "1:2:3:4:5:6:7:8/127",
		"1:0:0:2::/33")
}

func (g generator) method(kind string) string {
	usual := g.of("trust", "reject", "md5", "scram-sha-256", "password", "ident", "gss", "ldap", "ldap", "radius",
		"radius", "pam", "oauth", "cert")
	if kind == "local" {
		usual = g.of("peer", "peer", "md5", "trust", "reject", "ident", "pam")
	}
	return g.often(usual, "peer", "sspi", "bsd", "MD5", "krb5", "crypt", `"md5"`, "md5,trust", "@names", "cert", "gss",
		"10.0.0.0/8")
}
