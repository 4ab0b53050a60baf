package hba

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestEdit runs testdata/edit: the comment has the major version, the file rules one
// rule per line (type, databases, users, address, method, # comment). Files before,
// after and included are texts; a file error is the error's text.
func TestEdit(t *testing.T) {
	names, err := filepath.Glob("testdata/edit/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			first, _, _ := strings.Cut(string(archive.Comment), "\n")
			major, err := strconv.Atoi(strings.TrimPrefix(first, "major "))
			if err != nil {
				t.Fatal(err)
			}
			rules := readRules(t, files["rules"])
			edited, included, err := Edit(files["before"], major, rules)
			if want, ok := files["error"]; ok {
				if err == nil || err.Error() != strings.TrimSpace(want) {
					t.Fatalf("error %v\nwant  %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if edited != files["after"] {
				t.Errorf("edited:\n%s\nwant:\n%s", edited, files["after"])
			}
			if included != files["included"] {
				t.Errorf("included:\n%s\nwant:\n%s", included, files["included"])
			}
			checkEdit(t, files["before"], major, rules)
		})
	}
}

func readRules(t *testing.T, text string) []Rule {
	t.Helper()
	names := func(list string) []string {
		words := strings.Split(list, ",")
		for i, word := range words {
			if word == "*" {
				words[i] = All
			}
		}
		return words
	}
	var rules []Rule
	for row := range strings.Lines(text) {
		row, comment, _ := strings.Cut(strings.TrimSpace(row), " # ")
		f := strings.Fields(row)
		r := Rule{Type: f[0], Databases: names(f[1]), Users: names(f[2]), Method: f[len(f)-1], Comment: comment}
		if len(f) == 5 {
			p, err := netip.ParsePrefix(f[3])
			if err != nil {
				t.Fatal(err)
			}
			r.Address = p
		}
		rules = append(rules, r)
	}
	return rules
}

// checkEdit asserts what is true of every text that Edit accepts: the second edit
// changes nothing, no rules is the inverse, the server reads our rules and every
// foreign record as before.
func checkEdit(t *testing.T, before string, major int, rules []Rule) {
	t.Helper()
	foreign, _, err := Edit(before, major, nil)
	if err != nil {
		return
	}
	once, included, err := Edit(before, major, rules)
	if err != nil {
		return
	}
	twice, again, err := Edit(once, major, rules)
	if err != nil || twice != once || again != included {
		t.Fatalf("not idempotent: %v\n%q\n%q", err, once, twice)
	}
	back, none, err := Edit(once, major, nil)
	if err != nil || back != foreign || none != "" {
		t.Fatalf("not the inverse: %v\n%q\n%q", err, foreign, back)
	}
	for _, other := range []int{13, 15, 18} {
		moved, _, err := Edit(once, other, rules)
		if err != nil {
			continue
		}
		// If the other version has no continued lines, the rules may now be after one
		// that swallows them: that is refused.
		back, _, err := Edit(moved, major, nil)
		if err != nil && other < continuationMajor && major >= continuationMajor && errors.As(err, new(*LineError)) {
			continue
		}
		if err != nil || back != foreign {
			t.Fatalf("after %d: not the inverse: %v\n%.300q\n%.300q", other, err, foreign, back)
		}
	}

	var ours, theirs []string
	for _, r := range Parse(once, major).Records {
		theirs = append(theirs, show(r))
	}
	for _, r := range Parse(foreign, major).Records {
		ours = append(ours, show(r))
	}
	rendered, err := rows(rules, major)
	if err != nil {
		t.Fatal(err)
	}
	added := len(rendered)
	if major >= 16 {
		if read := Parse(included, major); len(read.Records) != added || read.Errors() != nil {
			t.Fatalf("the included file is not %d good records:\n%s", added, included)
		}
		added = min(added, 1)
	}
	at := 0
	for at < min(len(ours), len(theirs)) && ours[at] == theirs[at] {
		at++
	}
	if len(theirs) != len(ours)+added || !slices.Equal(theirs[at+added:], ours[at:]) {
		t.Fatalf("records:\n%s\nare not those of the foreign text and %d of ours:\n%s",
			strings.Join(theirs, "\n"), added, strings.Join(ours, "\n"))
	}
}

func TestEditKeepsBytes(t *testing.T) {
	rule := Rule{Type: "host", Databases: []string{"a"}, Users: []string{"b"},
		Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5"}
	block := func(eol string) string {
		rendered, err := rows([]Rule{rule}, 15)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join([]string{beginLine, rendered[0], end}, eol)
	}
	tests := []struct{ name, before, after string }{
		{"empty", "", block("\n") + "\n"},
		{"no last line end", "local all all peer", "local all all peer\n" + block("\n")},
		{"last line end", "local all all peer\n", "local all all peer\n" + block("\n") + "\n"},
		{"CRLF", "# x\r\nhost a b all md5\r\n", "# x\r\n" + block("\r\n") + "\r\nhost a b all md5\r\n"},
		{"CRLF, no last line end", "# x\r\nlocal a b md5", "# x\r\nlocal a b md5\r\n" + block("\r\n")},
		{"CR at the end", "# x\r", "# x\r\n" + block("\n")},
		{"CRLF, CR at the end", "# x\r\ny\r", "# x\r\ny\r\r\n" + block("\r\n")},
		{"only a line end", "\n", "\n" + block("\n") + "\n"},
		{"host without last line end", "\thost a b all md5", block("\n") + "\n\thost a b all md5"},
		{"broken lines", "hots \"x\n\xff\xfe\nhost\n", "hots \"x\n\xff\xfe\n" + block("\n") + "\nhost\n"},
		{"continued record", "local a \\\n b peer\nhost a \\\n b all md5\n",
			"local a \\\n b peer\n" + block("\n") + "\nhost a \\\n b all md5\n"},
		{"late admin row", "host a b all md5\nlocal all postgres peer\nhost c d all md5\n",
			"host a b all md5\nlocal all postgres peer\n" + block("\n") + "\nhost c d all md5\n"},
		{"late admin row at the end", "host a b all md5\nlocal all postgres peer",
			"host a b all md5\nlocal all postgres peer\n" + block("\n")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := Edit(test.before, 15, []Rule{rule})
			if err != nil || got != test.after {
				t.Fatalf("%v\ngot  %q\nwant %q", err, got, test.after)
			}
			for _, major := range []int{9, 13, 15, 16, 18} {
				checkEdit(t, test.before, major, []Rule{rule})
			}
		})
	}
}

func TestEditRefusesText(t *testing.T) {
	rule := Rule{Type: "host", Databases: []string{"a"}, Users: []string{"b"},
		Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5"}
	tests := []struct {
		name, before string
		major, line  int
	}{
		{"second block", "#\n" + beginLine + "\n" + end + "\n" + beginLine + "\n" + end + "\n", 15, 4},
		{"block in a block", beginLine + "\n" + beginLine + "\n" + end + "\n", 15, 2},
		{"begin without end", "#\n#\n" + beginLine + "\nhost a b all md5\n", 15, 3},
		{"end without begin", "#\n" + end + "\n", 15, 2},
		{"second include line", includeLine + "\n" + includeLine + "\n", 16, 2},
		{"swallowed mark", "# x \\\n" + beginLine + "\n" + end + "\n", 14, 2},
		{"swallowed include line", "# x \\\n" + includeLine, 16, 2},
		{"dangling last line", "local a b peer\n# x \\", 14, 2},
		{"NUL", "local a b peer\n\x00", 15, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := Edit(test.before, test.major, []Rule{rule})
			var fault *LineError
			if !errors.As(err, &fault) || fault.Line != test.line {
				t.Errorf("error %v, want one of line %d", err, test.line)
			}
		})
	}
	if _, _, err := Edit("# x \\\n"+beginLine+"\n"+end+"\n", 13, nil); err != nil {
		t.Errorf("13 has no continuation lines: %v", err)
	}
}

func TestEditRefusesRules(t *testing.T) {
	good := Rule{Type: "hostssl", Databases: []string{"a"}, Users: []string{"b"},
		Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5"}
	tests := []struct {
		name   string
		major  int
		change func(*Rule)
		want   string
	}{
		{"newline", 15, func(r *Rule) { r.Databases[0] = "a\nhost" }, "line end"},
		{"carriage return", 15, func(r *Rule) { r.Users[0] = "a\r" }, "line end"},
		{"NUL", 15, func(r *Rule) { r.Users[0] = "a\x00" }, "control character"},
		{"backslash", 15, func(r *Rule) { r.Users[0] = `a\` }, "backslash"},
		{"not UTF-8", 15, func(r *Rule) { r.Users[0] = "\xff" }, "not UTF-8"},
		{"63 bytes", 15, func(r *Rule) { r.Users[0] = strings.Repeat("é", 32) }, "64 bytes"},
		{"empty name", 15, func(r *Rule) { r.Users[0] = "" }, "empty"},
		{"no database", 15, func(r *Rule) { r.Databases = nil }, "no database"},
		{"regular expression", 15, func(r *Rule) { r.Databases[0] = "/x" }, "regular expression"},
		{"4in6", 15, func(r *Rule) { r.Address = netip.MustParsePrefix("::ffff:10.0.0.0/104") }, "IPv4 in IPv6"},
		{"host bits", 15, func(r *Rule) { r.Address = netip.MustParsePrefix("10.0.0.1/8") },
			"write 10.0.0.0/8 for the network or 10.0.0.1/32"},
		{"no address", 15, func(r *Rule) { r.Address = netip.Prefix{} }, "address is missing"},
		{"local with address", 15, func(r *Rule) { r.Type = "local" }, "no address"},
		{"local for all", 15, func(r *Rule) { r.Type, r.Users[0], r.Address = "local", All, netip.Prefix{} },
			"administrator"},
		{"type", 15, func(r *Rule) { r.Type = "host\nlocal" }, "no connection type"},
		{"gss type", 11, func(r *Rule) { r.Type = "hostgssenc" }, "no connection type"},
		{"method", 15, func(r *Rule) { r.Method = "md5 #" }, "no authentication method"},
		{"scram on 9", 9, func(r *Rule) { r.Method = "scram-sha-256" }, "no authentication method"},
		{"peer", 15, func(r *Rule) { r.Method = "peer" }, "local sockets"},
		{"ldap", 15, func(r *Rule) { r.Method = "ldap" }, "ldapbasedn"},
		{"comment", 15, func(r *Rule) { r.Comment = "x\nhost all all all trust" }, "line end"},
		{"comment backslash", 15, func(r *Rule) { r.Comment = `x\` }, "backslash"},
		{"line too long", 13, func(r *Rule) {
			for i := range 900 {
				r.Databases = append(r.Databases, fmt.Sprintf("database%d", i))
			}
		}, "spread the names"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := good
			bad.Databases, bad.Users = slices.Clone(good.Databases), slices.Clone(good.Users)
			test.change(&bad)
			_, _, err := Edit("", test.major, []Rule{good, bad})
			var fault *RuleError
			if !errors.As(err, &fault) || fault.Index != 1 || !strings.Contains(fault.Reason, test.want) {
				t.Errorf("error %v, want one of rule 2 with %q", err, test.want)
			}
		})
	}
}

func TestQuoteName(t *testing.T) {
	for _, name := range []string{
		"odoo", "my.db-1_X", "all", "replication", "sameuser", "samehost", "a b", "a,b", `a"b`, `"`, "#x", "@x", "+x",
		"é", "'", "${x}", "=", "local",
	} {
		r := Rule{Type: "local", Databases: []string{name, "x"}, Users: []string{name}, Method: "md5"}
		row, err := r.row(15)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		f := Parse(row, 15)
		if match := f.Match(Conn{Database: name, User: name}); match == nil || len(match.Databases) != 2 {
			t.Errorf("%q: %s does not match it", name, row)
		}
		if f.Match(Conn{Database: name, User: "other", Roles: []string{}}) != nil ||
			f.Match(Conn{Database: "other", User: name}) != nil {
			t.Errorf("%q: %s matches others", name, row)
		}
	}
}

func FuzzEdit(f *testing.F) {
	for _, seed := range []string{
		"", "local all postgres peer\nhost a b all md5\n", "a\r\nb\r", "# x\\\n", beginLine + "\nx\n" +
			end, includeLine, "\r\n" + includeLine + "\n\n", `host "`,
		"local all all peer\nlocal all postgres peer \\",
	} {
		f.Add(seed, uint8(15), "odoo", true)
	}
	f.Fuzz(func(t *testing.T, text string, version uint8, name string, local bool) {
		major := 9 + int(version)%10
		rules := []Rule{{Type: "host", Databases: []string{name, "a"}, Users: []string{All},
			Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5", Comment: name}}
		if local {
			rules = append(rules, Rule{Type: "local", Databases: []string{All}, Users: []string{name}, Method: "md5"})
		}
		checkEdit(t, text, major, rules)
	})
}
