package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/invopop/jsonschema"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/report/schematest"
	"odooctl/playbooks/run"
)

var write = flag.Bool("update", false, "write the schemas")

// TestSchemas: what is published is what the structs are.
func TestSchemas(t *testing.T) {
	for name, document := range map[string]any{
		"plan": PlanDocument{}, "report": ReportDocument{}, "status": StatusDocument{}, "forward": ForwardDocument{},
		"tunnels": TunnelsDocument{}, "rules": RulesDocument{}, "explain": ExplainDocument{}, "history": HistoryDocument{},
		"size": SizeDocument{}, "tune": TuneDocument{}, "dbfilter": DBFilterDocument{},
		"run": RunDocument{}, "keys": KeysDocument{}, "events": EventDocument{},
		"validate": ValidateDocument{}, "graph": GraphDocument{}, "lines": LinesDocument{},
		"inventory": inventory.Schema(reference(t, "inventory.md")),
		"playbook":  playbooks.Schema(reference(t, "playbooks.md")),
	} {
		file := filepath.Join("schema", name+".schema.json")
		want := reflectSchema(t, name, document)
		if *write {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := Schema(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what documents.go says (%v); run go test ./playbooks/report -run TestSchemas -update, and "+
				"look at what changed: a key is never renamed within a version", file, err)
		}
	}
}

func TestSchemaUnknown(t *testing.T) {
	if _, err := Schema("../json"); err == nil {
		t.Error("there is no such schema")
	}
}

func reflectSchema(t *testing.T, name string, document any) []byte {
	t.Helper()
	if made, ok := document.(map[string]any); ok { // of a file that people write
		made["$id"] = "urn:odooctl:" + name + ":" + strconv.Itoa(documentVersion)
		return indented(t, made)
	}
	r := &jsonschema.Reflector{Mapper: func(of reflect.Type) *jsonschema.Schema {
		if of == reflect.TypeFor[journal.State]() {
			return &jsonschema.Schema{Type: "string", Enum: everyWord(t, "state.go", "State")}
		}
		if of == reflect.TypeFor[journal.EntryType]() {
			return &jsonschema.Schema{Type: "string", Enum: append([]any{string(streamBegun)},
				everyWord(t, "entry.go", "EntryType")...)}
		}
		return nil
	}}
	for name, folder := range map[string]string{"report": "./", "journal": "../journal", "graph": "../graph"} {
		if err := r.AddGoComments("odooctl/playbooks/"+name, folder); err != nil {
			t.Fatal(err)
		}
	}
	s := r.Reflect(document)
	s.ID = jsonschema.ID("urn:odooctl:" + name + ":" + strconv.Itoa(documentVersion))
	s.Title = "odooctl " + name
	return indented(t, s)
}

func indented(t *testing.T, schema any) []byte {
	t.Helper()
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	if err := w.Encode(schema); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// everyWord reads the words of a type from the source, so that none can be forgotten.
func everyWord(t *testing.T, source, name string) (list []any) {
	t.Helper()
	file, err := goparser.ParseFile(token.NewFileSet(), filepath.Join("..", "journal", source), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != name {
			return true
		}
		word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, word)
		return true
	})
	if len(list) < 9 {
		t.Fatalf("%d words found in journal/%s", len(list), source)
	}
	return list
}

// valid fails the test where a document is not as its published schema says.
func valid(t *testing.T, name string, document any) {
	t.Helper()
	schematest.Valid(t, schema(t, name), document)
}

func schema(t *testing.T, name string) []byte {
	t.Helper()
	text, err := Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSchemaRefuses: the validation of the other tests can fail.
func TestSchemaRefuses(t *testing.T) {
	good := NewReportDocument(&run.Report{Run: "r", Outcomes: []run.Outcome{{Host: "db1", State: journal.Changed}}})
	valid(t, "report", good)
	for what, spoil := range map[string]func(*ReportDocument){
		"version": func(d *ReportDocument) { d.Version = 2 },
		"state":   func(d *ReportDocument) { d.Hosts[0].State = "fine" },
		"null":    func(d *ReportDocument) { d.Hosts = nil },
	} {
		d := *good
		d.Hosts = append([]ReportOfHost{}, good.Hosts...)
		spoil(&d)
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if schematest.Validate(t, schema(t, "report"), data) == nil {
			t.Errorf("%s: the schema lets %s pass", what, data)
		}
	}
}
