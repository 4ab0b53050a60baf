package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report/schematest"
)

var (
	described = regexp.MustCompile("^\\| `([a-z0-9_.]+)` \\| (.*) \\|$")
	linked    = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)
)

// reference gives what the tables of a page of the documentation say of keys, by the headings
// that they are under: the last column and, where there are several, what the key is when it
// is left out.
func reference(t *testing.T, page string) func(section, key string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	said, heading := map[[2]string]string{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "#"); ok {
			heading = strings.TrimSpace(strings.TrimLeft(title, "#"))
		}
		row := described.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		cells := strings.Split(row[2], " | ")
		means := linked.ReplaceAllString(cells[len(cells)-1], "$1")
		if len(cells) == 3 {
			means += ". Left out: " + cells[1]
		}
		said[[2]string{heading, row[1]}] = strings.NewReplacer("**", "", "`", "").Replace(means)
	}
	if len(said) < 20 {
		t.Fatalf("%s describes %d keys", page, len(said))
	}
	return func(section, key string) string { return said[[2]string{section, key}] }
}

// TestEveryKeyIsDescribed: the schema of the inventory has the reference for each key.
func TestEveryKeyIsDescribed(t *testing.T) {
	var walk func(path string, schema any)
	walk = func(path string, schema any) {
		switch s := schema.(type) {
		case map[string]any:
			keys, _ := s["properties"].(map[string]any)
			for key, value := range keys {
				if of, _ := value.(map[string]any); of["description"] == nil {
					t.Errorf("%s/%s has no description", path, key)
				}
			}
			for key, value := range s {
				walk(path+"/"+key, value)
			}
		case []any:
			for _, value := range s {
				walk(path, value)
			}
		}
	}
	var whole map[string]any
	if err := json.Unmarshal(schema(t, "inventory"), &whole); err != nil {
		t.Fatal(err)
	}
	walk("", whole)
}

// formal are the findings that a schema can have too: of keys and types, not of meaning.
var formal = regexp.MustCompile(`unknown key |want (true or false|a whole number|a mapping|a list|text|a size|a time)`)

// TestEditorAgrees reads the inventories of the tests as an editor does, by the schema: it
// accepts what validate accepts, and finds keys and types that validate finds.
func TestEditorAgrees(t *testing.T) {
	good, bad := 0, 0
	for _, file := range inventories(t) {
		said := ""
		if _, err := inventory.Parse(file.name, file.data, inventory.Options{Home: "/home/me"}); err != nil {
			said = err.Error()
		}
		document, ok := asJSON(file.data)
		if !ok {
			continue // not YAML at all, which an editor says by itself
		}
		err := schematest.Validate(t, schema(t, "inventory"), document)
		switch {
		case said == "" && err != nil:
			t.Errorf("%s: validate finds nothing, and an editor %v", file.name, err)
		case formal.MatchString(said) && err == nil:
			t.Errorf("%s: an editor finds nothing, and validate\n%s", file.name, said)
		case said == "":
			good++
		case err != nil:
			bad++
		}
		for _, unknown := range regexp.MustCompile(`unknown key ([a-z_]+)`).FindAllStringSubmatch(said, -1) {
			if err != nil && !strings.Contains(err.Error(), unknown[1]) {
				t.Errorf("%s: validate finds the key %s, and an editor only %v", file.name, unknown[1], err)
			}
		}
	}
	if good < 20 || bad < 8 {
		t.Errorf("compared %d good inventories and %d bad ones", good, bad)
	}
}

// TestEditorAgreesOnPlaybooks: what comes with the program is right, and what an editor can
// know to be wrong is.
func TestEditorAgreesOnPlaybooks(t *testing.T) {
	books := map[string]string{}
	for _, name := range playbooks.EmbeddedNames() {
		text, err := playbooks.Source(name)
		if err != nil {
			t.Fatal(err)
		}
		books[name] = string(text)
	}
	for name, text := range map[string]string{
		"an unknown key":      "- {name: x, hosts: all, task: [odoo.conf]}",
		"an unknown task":     "- {name: x, hosts: all, tasks: [odoo.cnf]}",
		"an unknown argument": "- {name: x, hosts: all, tasks: [{file: {path: /a, contnt: x}}]}",
		"a type":              "- {name: x, hosts: all, temporary: maybe, tasks: [odoo.conf]}",
		"a word":              "- {name: x, hosts: all, tasks: [odoo.conf], rolling: {order: random}}",
		"no list":             "{name: x, hosts: all, tasks: [odoo.conf]}",
		"two tasks in one":    "- {name: x, hosts: all, tasks: [{odoo.conf: {}, odoo.unit: {}}]}",
		"arguments":           "- {name: x, hosts: all, tasks: [{file: {path: /a, content: x, mode: \"0644\"}}, odoo.conf]}",
		"a command": "- {name: x, hosts: all, rolling: {batches: [1, 25%], drain: 2m}, tasks: [{command: {run: [ls, /], " +
			"creates: /a, codes: [0, 3], input: {secret: a}}}]}",
	} {
		books[name] = text
	}
	bad := 0
	for name, text := range books {
		_, wrong := playbooks.Parse("p.yaml", []byte(text), nil)
		document, ok := asJSON([]byte(text))
		if !ok {
			t.Fatalf("%s is not YAML", name)
		}
		err := schematest.Validate(t, schema(t, "playbook"), document)
		if (wrong == nil) != (err == nil) {
			t.Errorf("%s: validate finds %v, an editor %v", name, wrong, err)
		}
		if wrong != nil {
			bad++
		}
	}
	if bad != 7 {
		t.Errorf("%d of the playbooks are bad", bad)
	}
}

type named struct {
	name string
	data []byte
}

// inventories are those of the tests of all packages.
func inventories(t *testing.T) (list []named) {
	t.Helper()
	for _, pattern := range []string{"inventory/testdata", "tasks/*/testdata", "cmd/odooctl/testdata"} {
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern), "*.txtar"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range ar.Files {
				if filepath.Base(f.Name) == "inventory.yaml" && !strings.Contains(file, "bomb") {
					list = append(list, named{filepath.Base(file) + ":" + f.Name, f.Data})
				}
			}
		}
	}
	return list
}

// asJSON reads YAML as editors do.
func asJSON(data []byte) ([]byte, bool) {
	var value any
	if yaml.Unmarshal(data, &value) != nil {
		return nil, false
	}
	out, err := json.Marshal(value)
	return out, err == nil
}
