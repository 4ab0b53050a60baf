package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asks are the marks of SQL and Python that go to a host, and of the programs that
// these are given to.
var asks = regexp.MustCompile(`(?im)\bfrom (public\.)?(pg_|ir_)|\bselect (pg_|extract\()|(create|alter|drop) (role|database) %?[s"]?|(revoke|grant) connect|update ir_|set transaction|\bas_postgres \S|\bask "\$1" <<|psql -|pg_dump -|pg_restore -|python3?\S* (-|%s)|^\s*import [a-z]|\bimport sys\b|\benv\.(ref|cr)\b|-m (venv|pip)\b`)

// TestQuestions compares the table of docs/questions.md with the SQL and Python in
// the tree that hosts are given, both ways: what is asked, as whom, and what a hostile
// owner could do there is written down before it is asked.
func TestQuestions(t *testing.T) {
	var found []string
	for _, top := range []string{"tasks", "playbooks", "cmd", "remote", "inventory"} {
		err := fs.WalkDir(os.DirFS(".."), top, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "tasktest" || d.Name() == "remotetest"):
				return fs.SkipDir
			case d.IsDir() || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			text, err := os.ReadFile("../" + name)
			switch ext := path.Ext(name); {
			case err != nil:
				return err
			case ext == ".go":
				found = append(found, questionsOf(t, name, text)...)
			case ext == ".py" || ext == ".sql" || strings.HasSuffix(name, ".py.tmpl") || (ext == ".sh" || ext == ".yaml") &&
				asks.Match(text):
				found = append(found, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 20 {
		t.Fatalf("only %d questions found: the test does not see the tree", len(found))
	}
	text, err := os.ReadFile("questions.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)$").FindAllStringSubmatch(string(text), -1) {
		told = append(told, row[1])
		if cells := strings.Split(strings.TrimSuffix(strings.TrimSpace(row[2]), "|"), " | "); len(cells) != 4 ||
			slices.Contains(cells, "") {
			t.Errorf("docs/questions.md: %s has %d cells beside its name: want what is asked, as whom, where, and what a "+
				"hostile owner can do", row[1], len(cells))
		}
	}
	for _, f := range found {
		if !slices.Contains(told, f) {
			t.Errorf("docs/questions.md does not name %s, which has SQL or Python for hosts: say what it asks, as whom, "+
				"where, and what a hostile owner can do", f)
		}
	}
	for _, name := range told {
		if !slices.Contains(found, name) {
			t.Errorf("docs/questions.md names %s, and there is nothing of the kind any more", name)
		}
	}
}

// questionsOf lists the declarations of a Go file that hold such texts.
func questionsOf(t *testing.T, name string, text []byte) (found []string) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	in := func(decl string, n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil && asks.MatchString(s) && !slices.Contains(found, name+" "+decl) {
					found = append(found, name+" "+decl)
				}
			}
			return true
		})
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			in(d.Name.Name, d)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					in(v.Names[0].Name, v)
				}
			}
		}
	}
	return found
}
