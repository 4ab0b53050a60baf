package inventory

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestPieces: a file that is read piece by piece says the same as one that is read whole.
func TestPieces(t *testing.T) {
	texts := map[string]string{"big": string(bigFleet())}
	for name, shops := range map[string]string{
		"several":             "  a: {odoo: {hosts: [h1]}}\n\n  # one\n  b:\n    odoo:\n      hosts: [h2]\n      users: x\n",
		"twice":               "  a: {odoo: {hosts: h1}}\n  b: {odoo: {hosts: h2}}\n  a: {odoo: {hosts: h2}}\n",
		"over lines":          "  a: {odoo: {hosts: [h1],\n  users: 5}}\n  b: {odoo: {hosts: [h2, h9]}}\n",
		"broken":              "  a: {odoo: {hosts: [h1]}}\n  b: {odoo: {hosts: [h2}}\n  c: {}\n",
		"a list":              "  - a\n  - b\n",
		"a list at the edge":  "- a\n",
		"nothing":             "",
		"only a comment":      "  # none\n",
		"shallower":           "    a: {odoo: {hosts: [h1]}}\n  b: {odoo: {hosts: [h2]}}\n",
		"a block of text":     "  a:\n    odoo:\n      hosts: |\n        h1\n  b: {odoo: {hosts: [h2]}}\n",
		"ranges":              "  a: {odoo: {hosts: [h[1:2]]}}\n  b: {odoo: {hosts: [h[1:9]]}}\n",
		"another in the end":  "  a: {odoo: {hosts: [h1]}}\ndeployments:\n  b: {odoo: {hosts: [h2]}}\n",
		"more after it":       "  a: {odoo: {hosts: [h1]}}\nhooks: {before_run: [x]}\nsudoo: true\n",
		"a document after it": "  a: {odoo: {hosts: [h1]}}\n---\nb: 1\n",
		"an alias":            "  a: &a {odoo: {hosts: [h1]}}\n  b: *a\n",
	} {
		texts[name] = "hosts: {h1: {}, h2: {}}\ndeployments:\n" + shops
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(file, "bomb") {
			texts[file] = string(txtar.Parse(text).Files[0].Data)
		}
	}
	cuts := 0
	for name, text := range texts {
		said := func(large sizes) string {
			d := newDecoder("f", "/d", Options{Home: "/home/me"}.filled())
			d.large = large
			inv, errs := d.parse([]byte(text))
			if d.pieces != nil {
				cuts++
			}
			var out bytes.Buffer
			fmt.Fprintln(&out, errs)
			if len(errs) == 0 {
				out.Write(dump(t, inv))
			}
			return out.String()
		}
		whole := said(largeFile)
		for _, piece := range []int{0, 50} {
			if got := said(sizes{0, piece}); got != whole {
				t.Errorf("%s in pieces of %d:\n%.2000s\nwhole:\n%.2000s", name, piece, got, whole)
			}
		}
	}
	if cuts < 40 {
		t.Errorf("only %d files were cut", cuts)
	}
}
