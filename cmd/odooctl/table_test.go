package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTable: columns are as wide as a terminal shows their letters, and fit it.
func TestTable(t *testing.T) {
	u := &ui{colour: true}
	for _, test := range []struct {
		name    string
		table   table
		columns int
		rows    [][]string
		want    string
	}{
		{"plain", table{}, 0, [][]string{{"HOST", "STATE"}, {"a", "ok"}, {"database1", "CHANGED"}},
			"HOST       STATE\na          ok\ndatabase1  CHANGED\n"},
		{"wide letters and colours", table{}, 0, [][]string{{"東京", "x"}, {u.paint('+', "ab"), "y"}, {"é", "z"}},
			"東京  x\n\x1b[32mab\x1b[m    y\né     z\n"},
		{"right", table{right: true}, 0, [][]string{{"host", "login"}, {"db1", "1 s"}},
			"host  login\ndb1     1 s\n"},
		{"cut", table{}, 24, [][]string{{"run", "/srv/customers/acme/inventory.yaml", "done"}},
			"run  /srv/custome…  done\n"},
		{"wide letters cut", table{}, 12, [][]string{{"x", "東京東京東京東京"}}, "x  東京東京…\n"},
		{"wrapped", table{wraps: true}, 40,
			[][]string{{"12:00", "db1", "apply: the server refused\n  the file, because of a row in it"}},
			"12:00  db1  apply: the server refused\n" +
				"              the file, because of a row\n              in it\n"},
		{"terse", table{terse: true}, 0, [][]string{{"HOST", "STATE", "ODOO", "CERT"}, {"a", "-", "-", "9 d"}},
			"HOST  STATE  CERT\na     -      9 d\n"},
		{"spare, with room", table{spare: []int{1, 2}}, 44, [][]string{{"r1", "2026-11-30 18:20", "site", "changed"}},
			"r1  2026-11-30 18:20  site  changed\n"},
		{"spare, one left out", table{spare: []int{1, 2}}, 20, [][]string{{"r1", "2026-11-30 18:20", "site", "changed"}},
			"r1  site  changed\n"},
		{"spare, cut before it is left out", table{spare: []int{1}}, 24, [][]string{{"r1", "/srv/customers/acme.yaml", "ok"}},
			"r1  /srv/customers/…  ok\n"},
		{"cut at its start", table{tail: 1}, 24, [][]string{{"run", "/srv/customers/acme/inventory.yaml", "done"}},
			"run  …ventory.yaml  done\n"},
		{"no room at all", table{}, 3, [][]string{{"0123456789", "0123456789"}}, "0123456789  0123456…\n"},
	} {
		test.table.paint = painter(false)
		for _, cells := range test.rows {
			test.table.row(cells...)
		}
		var b strings.Builder
		if err := test.table.write(&b, test.columns); err != nil || b.String() != test.want {
			t.Errorf("%s:\n%swant\n%s", test.name, b.String(), test.want)
		}
	}
}

// TestOneTable: there is one way to lay out columns.
func TestOneTable(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files (%v)", len(files), err)
	}
	padding := regexp.MustCompile(`%-(\*|\d+)s`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"text/tab`+`writer"`) {
			t.Errorf("%s: tabwriter counts letters, not columns, and cuts nothing: take newTable", name)
		}
		if at := padding.Find(text); at != nil && !strings.HasSuffix(name, "_test.go") {
			t.Errorf("%s: %s counts letters, not columns: take newTable, or padded", name, at)
		}
	}
}

// TestNotes: what is told below a row is wrapped on a terminal, under itself, and coloured apart.
func TestNotes(t *testing.T) {
	u := &ui{colour: true}
	table := newTable()
	table.paint = u.paint
	table.rows = []row{{cells: []string{"app1", "DOWN"}, sign: 'E', notes: []note{{'E', "odoo.service: failed, exit 1"}}}}
	for columns, want := range map[int]string{
		0:  "      \x1b[31;1mE\x1b[m odoo.service: failed, exit 1\n",
		24: "      \x1b[31;1mE\x1b[m odoo.service:\n        failed, exit 1\n",
	} {
		var b strings.Builder
		if err := table.write(&b, columns); err != nil || b.String() != "\x1b[31;1mapp1  DOWN\x1b[m\n"+want {
			t.Errorf("%d columns:\n%q", columns, b.String())
		}
	}
}
