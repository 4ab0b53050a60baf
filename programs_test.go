package odooctl_test

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// program is what text of a shell or of Python has and other text does not.
var program = regexp.MustCompile(`(?m)(^|; )then\b|; do\b|^\s*do$|\$\(|\$\{\w+[%#]| && | \|\| [{\[]|\besac\b|(?m)^(import|from) \w+|^def \w+\(`)

// programsInGo are the strings that look like a program, and why they are none.
var programsInGo = map[string]string{
	"remote/become.go either":     "which of two commands that are texts of shell themselves",
	"tasks/command.go readProbes": "what a task's own shell runs in",
}

// TestProgramsAreFiles: a program for hosts is a file beside the code, .sh or .py, which
// shellcheck and people can read. What it works on are its arguments: see shell.Call.
func TestProgramsAreFiles(t *testing.T) {
	unused := map[string]bool{}
	for name := range programsInGo {
		unused[name] = true
	}
	seen := 0
	for _, f := range goFiles(t) {
		top, _, _ := strings.Cut(f.dir, "/")
		if f.test || !slices.Contains([]string{"cmd", "inventory", "playbooks", "remote", "tasks"}, top) {
			continue
		}
		for _, d := range f.syntax.Decls {
			where := f.path + " " + declared(d)
			ast.Inspect(d, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := written(e)
				if !ok {
					return true
				}
				seen++
				if body := strings.TrimSpace(text); strings.Contains(body, "\n") && program.MatchString(body) {
					if delete(unused, where); programsInGo[where] == "" {
						t.Errorf("%s holds a program: make it a file, .sh or .py, whose functions get their arguments by "+
							"shell.Call:\n%s", where, body)
					}
				}
				return false
			})
		}
	}
	if seen < 1000 {
		t.Fatalf("only %d strings seen: the test does not see the tree", seen)
	}
	for name := range unused {
		t.Errorf("%s: holds no program any more: take it out of programsInGo", name)
	}
}

// written is the text of a string literal, or of several added up, with ... for what is
// not known before.
func written(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, is := written(e.X)
		y, too := written(e.Y)
		if !is && !too {
			return "", false
		}
		if !is {
			x = "..."
		}
		if !too {
			y = "..."
		}
		return x + y, true
	}
	return "", false
}

// declared names a declaration.
func declared(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				return v.Names[0].Name
			}
		}
	}
	return ""
}

// TestShellIsPOSIX: hosts have dash, busybox or an old bash as sh.
func TestShellIsPOSIX(t *testing.T) {
	seen := 0
	for _, name := range tree(t) {
		top, _, _ := strings.Cut(name, "/")
		if path.Ext(name) != ".sh" || !slices.Contains([]string{"playbooks", "remote", "tasks"}, top) {
			continue
		}
		seen++
		if _, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(string(read(t, name))),
			name); err != nil {
			t.Error(err)
		}
	}
	if seen < 50 {
		t.Fatalf("only %d files seen: the test does not see the tree", seen)
	}
}
