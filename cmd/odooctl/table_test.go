package main

import (
	"os"
	"path/filepath"
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
		{"no room at all", table{}, 3, [][]string{{"0123456789", "0123456789"}}, "0123456789  0123456…\n"},
	} {
		for _, row := range test.rows {
			test.table.row(row...)
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
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"text/tab`+`writer"`) {
			t.Errorf("%s: tabwriter counts letters, not columns, and cuts nothing: take newTable", name)
		}
	}
}
