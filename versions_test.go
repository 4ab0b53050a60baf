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
)

// versionRooms are the folders and files that know what differs between versions. In hba,
// nearly every line of the reader is such a difference.
var versionRooms = []string{"tasks/odoo/version", "tasks/postgresql/version", "tasks/postgresql/hba",
	"tasks/nginx/site/version.go"}

// comparedInTemplate is a major of Odoo that a template compares.
var comparedInTemplate = regexp.MustCompile(`\b(eq|ne|lt|le|gt|ge) \.(Major|Odoo) [0-9]`)

// TestVersionsAreKnownOnce: what differs between two versions is asked of the package that
// knows it, so that a new version is added in one place.
func TestVersionsAreKnownOnce(t *testing.T) {
	const why = "what differs between versions is asked of tasks/odoo/version or the table of options, " +
		"tasks/postgresql/version, or nginx/site/version.go: docs/odoo-20.md"
	seen := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.test || below(f.dir, "tasks/tasktest") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if !comparesVersion(n) {
				return true
			}
			i := slices.IndexFunc(versionRooms, func(room string) bool { return below(f.path, room) })
			if i < 0 {
				t.Errorf("%s compares a version with a number: %s", f.path, why)
				return true
			}
			seen[versionRooms[i]] = true
			return true
		})
	}
	for _, room := range versionRooms[1:] { // Odoo's are a list, without a comparison
		if !seen[room] {
			t.Errorf("no comparison found in %s: this test does not see what it looks for", room)
		}
	}
	for _, name := range tree(t) {
		if ext := path.Ext(name); (ext == ".tmpl" || ext == ".py") && comparedInTemplate.Match(read(t, name)) {
			t.Errorf("%s compares a version with a number: %s", name, why)
		}
	}
}

// comparesVersion reports whether a node compares a major with a number, or a version of
// nginx with another one. No major of Python is as high as 9.
func comparesVersion(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		compares := slices.Contains([]token.Token{token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ}, n.Op)
		return compares && (isMajor(n.X) && isLate(n.Y) || isMajor(n.Y) && isLate(n.X))
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			if n.Tag != nil && isMajor(n.Tag) && slices.ContainsFunc(c.(*ast.CaseClause).List, isLate) {
				return true
			}
		}
	case *ast.CallExpr:
		s, ok := n.Fun.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "AtLeast"
	}
	return false
}

// isMajor reports whether an expression is called a major: major, s.Major(), site.Odoo.
func isMajor(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		return isMajor(e.Fun)
	case *ast.SelectorExpr:
		return isMajor(e.Sel)
	case *ast.Ident:
		name := strings.ToLower(e.Name)
		return strings.HasSuffix(name, "major") || name == "odoo"
	}
	return false
}

func isLate(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.INT {
		return false
	}
	n, err := strconv.Atoi(l.Value)
	return err == nil && n > 9
}
