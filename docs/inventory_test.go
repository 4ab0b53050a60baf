// Package docs_test holds the documentation to what the program does: every key
// of the inventory is described, every example loads, every dependency is listed.
package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sections says in which section of inventory.md the keys of a type of package
// inventory stand, and what comes before a key there.
var sections = map[string]struct{ heading, prefix string }{
	"document":    {"The top level", ""},
	"SSH":         {"ssh", "ssh."},
	"Host":        {"hosts.NAME", ""},
	"Group":       {"groups.NAME", ""},
	"Deployment":  {"deployments.NAME", ""},
	"Odoo":        {"deployments.NAME.odoo", ""},
	"Rolling":     {"deployments.NAME.odoo.rolling", ""},
	"AdminLogin":  {"deployments.NAME.odoo.admin_login", ""},
	"Install":     {"deployments.NAME.odoo.install", ""},
	"DataMount":   {"deployments.NAME.odoo.data_mount", ""},
	"Source":      {"deployments.NAME.odoo.install.source", ""},
	"Addons":      {"deployments.NAME.odoo.addons", ""},
	"Modules":     {"deployments.NAME.odoo.modules", ""},
	"PostgreSQL":  {"deployments.NAME.postgresql", ""},
	"Role":        {"deployments.NAME.postgresql.role", ""},
	"ServerTLS":   {"deployments.NAME.postgresql.tls", ""},
	"Tunnel":      {"deployments.NAME.postgresql.tunnel", ""},
	"Nginx":       {"deployments.NAME.nginx", ""},
	"TLS":         {"deployments.NAME.nginx.tls", ""},
	"Maintenance": {"deployments.NAME.nginx.maintenance", ""},
	"ACME":        {"deployments.NAME.nginx.tls.acme", ""},
	"secretForm":  {"Secrets", ""},
	"Hooks":       {"hooks", ""},
	"Notice":      {"notify", ""},
}

// TestEveryKey compares the tables with the yaml tags of the types, both ways.
func TestEveryKey(t *testing.T) {
	tables := keyTables(t, "inventory.md")
	types := yamlKeys(t, "../inventory")
	for name := range types {
		if _, ok := sections[name]; !ok {
			t.Errorf("inventory.%s has yaml keys and no section in docs/inventory.md; add it to sections", name)
		}
	}
	for name, section := range sections {
		var want []string
		for _, key := range types[name] {
			want = append(want, section.prefix+key)
		}
		slices.Sort(want)
		got := slices.Sorted(slices.Values(tables[section.heading]))
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("docs/inventory.md, section %q:\n describes %v\n inventory.%s has %v", section.heading, got, name, want)
		}
	}
	for heading := range tables {
		var known bool
		for _, s := range sections {
			known = known || s.heading == heading
		}
		if !known {
			t.Errorf("docs/inventory.md, section %q describes keys of no type", heading)
		}
	}
}

// yamlKeys gives the keys of every struct of a package that has yaml tags.
func yamlKeys(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s (%v)", dir, err)
	}
	keys := map[string][]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			structure, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range structure.Fields.List {
				if f.Tag == nil {
					continue
				}
				tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("yaml")
				if tag != "" && tag != "-" {
					keys[spec.Name.Name] = append(keys[spec.Name.Name], tag)
				}
			}
			return true
		})
	}
	return keys
}

var keyCell = regexp.MustCompile("^\\| `([a-z0-9_.]+)` \\|")

// keyTables gives the first cells of the tables of a page, by heading.
func keyTables(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tables, heading := map[string][]string{}, ""
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(line, "#"); ok {
			heading = strings.TrimSpace(strings.TrimLeft(title, "#"))
		}
		if cell := keyCell.FindStringSubmatch(line); cell != nil {
			tables[heading] = append(tables[heading], cell[1])
		}
	}
	return tables
}
