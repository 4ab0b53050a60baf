//go:build lab

package hba

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"odooctl/tasks/tasktest/postgres"
)

var connectFiles = flag.Int("hba.connect", 8, "generated files per version that connections are tried with")

// knocks is the number of connections tried with one file.
const knocks = 30

// connections tries real connections, over 127.0.0.0/8 with and without TLS and through
// the socket, and compares what the server requests, and by which line, with Match.
func connections(t *testing.T, s *postgres.Server) {
	t.Helper()
	for _, sql := range []string{
		"create role grp", "create role odoo login password 'x'", "create role web login password 'x' in role grp",
		"create role boss login superuser password 'x'",
		`create role "all" login password 'x'`, "create database prod", "create database odoo", "create database grp",
		`create database "all"`,
	} {
		s.Query(sql)
	}
	interfaces := interfaces(t)
	g := generator{Rand: rand.New(rand.NewPCG(*oracleSeed, uint64(s.Major))), major: s.Major}
	answers := map[string]int{}
	for i := range *connectFiles {
		token := fmt.Sprintf("generation%d", i)
		file := g.loaded(t, s, token)
		for range knocks {
			answers[knock(t, s, file, g.conn(interfaces))]++
		}
		if t.Failed() {
			t.Fatalf("file %d of seed %d", i, *oracleSeed)
		}
	}
	t.Logf("PostgreSQL %d: %d files, %d connections: %v", s.Major, *connectFiles, *connectFiles*knocks, answers)
	if len(answers) < 5 {
		t.Errorf("only %v was seen", answers)
	}
}

// loaded writes a file and returns it when the server uses it.
func (g generator) loaded(t *testing.T, s *postgres.Server, token string) *File {
	t.Helper()
	text := "local " + token + " " + token + " password\n" + g.rules()
	dir := filepath.Dir(s.HBA)
	for name, data := range map[string]string{"pg_hba.conf": text, "names": "web, boss\nodoo\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := Load(fstest.MapFS{"pg_hba.conf": {Data: []byte(text)}, "names": {Data: []byte("web, boss\nodoo\n")}},
		"/pg_hba.conf", s.Major)
	if err != nil || !file.Loads() {
		t.Fatalf("%v %v\n%s", err, file.Errors(), text)
	}
	s.Query("select pg_reload_conf()")
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		s.Knock(postgres.Login{User: token, Database: token})
		if strings.Contains(s.Logged(), token+" password") {
			return file
		}
		if time.Now().After(end) {
			t.Fatalf("PostgreSQL %d does not load\n%s", s.Major, text)
		}
	}
}

var matched = regexp.MustCompile(`Connection matched .*line ([0-9]+): "`)

// knock tries one connection and returns the result.
func knock(t *testing.T, s *postgres.Server, file *File, c Conn) string {
	t.Helper()
	answer := s.Knock(postgres.Login{From: c.Address, TLS: c.TLS, User: c.User, Database: c.Database})
	got := ""
	switch {
	case strings.Contains(answer.Error, "no pg_hba.conf entry"):
		got = "none"
	case strings.Contains(answer.Error, "pg_hba.conf rejects"):
		got = "reject"
	case answer.Auth == 3:
		got = "password"
	case answer.Auth == 5 || answer.Auth == 10:
		got = "challenge"
	case answer.Auth == 0 || strings.Contains(answer.Error, "does not exist"):
		got = "trust"
	default:
		got = answer.Error
	}
	if log := matched.FindStringSubmatch(s.Logged()); got == "password" && log != nil {
		got += " by line " + log[1]
	}
	want, r := "none", file.Match(c)
	if r != nil {
		want = map[string]string{"md5": "challenge", "scram-sha-256": "challenge"}[r.Method]
		if want == "" {
			want = r.Method
		}
		if want == "password" {
			want += fmt.Sprintf(" by line %d", r.Line)
		}
	}
	if doubts := file.Doubts(c); len(doubts) > 0 {
		t.Errorf("%+v: doubts %v", c, doubts)
	}
	if got != want {
		t.Errorf("%+v: the server says %s (%+v), we %s of", c, got, answer, want)
		for _, r := range file.Records {
			t.Logf("%d %s", r.Line, r)
		}
	}
	word, _, _ := strings.Cut(got, " ")
	return word
}

func (g generator) conn(interfaces []netip.Prefix) Conn {
	c := Conn{
		User:       g.of("odoo", "web", "boss", "all", "nobody"),
		Database:   g.of("prod", "odoo", "grp", "all", "postgres"),
		Roles:      []string{},
		HostName:   "none.invalid",
		Interfaces: interfaces,
	}
	if c.User == "web" {
		c.Roles = []string{"grp"}
	}
	if from := g.of("", "127.0.0.1", "127.0.0.7", "127.0.1.5", "127.9.8.7"); from != "" {
		c.Address, c.TLS = netip.MustParseAddr(from), g.IntN(2) == 0
	}
	return c
}

// rules are valid ones that match loopback clients.
func (g generator) rules() string {
	var b strings.Builder
	for range 6 + g.IntN(12) {
		kind := g.of("local", "local", "host", "host", "hostssl", "hostnossl", "hostnogssenc", "hostgssenc")
		words := []string{kind, g.some(g.database), g.some(g.user)}
		if kind != "local" {
			words = append(words, g.of("127.0.0.0/8", "127.0.0.1/32", "127.0.1.5/24", "127.0.0.0 255.0.254.255", "all",
				"samehost", "samenet", "10.0.0.0/8", "0.0.0.0/0", "::1/128", "::ffff:127.0.0.1/104", "0177.1/32",
				"127.8.0.0/13"))
		}
		words = append(words, g.of("password", "password", "password", "reject", "trust", "md5", "scram-sha-256"))
		b.WriteString(strings.Join(words, " ") + g.often("\n", " # comment\n", "\r\n", "\n\n"))
	}
	return b.String()
}

// some is a list of names, mostly of one.
func (g generator) some(name func() string) string {
	list := name()
	for g.IntN(3) == 0 {
		list += "," + name()
	}
	return list
}

func (g generator) database() string {
	if g.major >= regexMajor && g.IntN(4) == 0 {
		return g.of("/^pro", `"/^(odoo|grp)$"`, "/o", "/^all$", "/.+d$")
	}
	return g.of("all", "all", "all", "all", "all", `"all"`, "prod", "odoo", "sameuser", "samerole", "replication",
		`"sameuser"`, "other", "@names")
}

func (g generator) user() string {
	if g.major >= regexMajor && g.IntN(4) == 0 {
		return g.of("/^o", `"/^(web|boss)$"`, "/b", "/^all$", "/x?")
	}
	return g.of("all", "all", "all", "all", `"all"`, "odoo", "web", "+grp", `"+grp"`, "+odoo", "+none", "boss",
		"@names", "postgres", `"/odoo"`)
}

func interfaces(t *testing.T) (list []netip.Prefix) {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}
