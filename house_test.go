// Package odooctl_test keeps the rules of the house: what may import what, how
// large a file may grow, and which words the tree does not have. CONTRIBUTING.md
// tells the rules; a failure here tells the reason.
package odooctl_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// goFile is a parsed source file of the module.
type goFile struct {
	path    string // "inventory/load.go"
	dir     string // "inventory"; "." for the module's root
	test    bool
	lines   int
	syntax  *ast.File
	imports []string
}

// tree lists the files of the module that belong to it: no build output, no
// state of a lab, nothing of git.
func tree(t *testing.T) (files []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git" || name == "bin" || name == "lab/.state":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.Type().IsRegular():
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func goFiles(t *testing.T) (files []goFile) {
	t.Helper()
	for _, name := range tree(t) {
		if path.Ext(name) != ".go" {
			continue
		}
		text := read(t, name)
		syntax, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		f := goFile{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			lines: bytes.Count(text, []byte("\n")), syntax: syntax}
		for _, i := range syntax.Imports {
			f.imports = append(f.imports, strings.Trim(i.Path.Value, `"`))
		}
		files = append(files, f)
	}
	if len(files) < 50 {
		t.Fatalf("%d Go files found: the test does not see the module", len(files))
	}
	return files
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestFilesAreShort: one idea per file.
func TestFilesAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.lines > 400 {
			t.Errorf("%s has %d lines, more than 400: it holds more than one idea; move one to a file of its own", f.path,
				f.lines)
		}
	}
}

// TestLinesAreShort: a line ends at 120 columns, with a tab as one. What cannot be broken may
// be longer: a raw string, a literal or comment of few words, the comment behind a field.
func TestLinesAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		text := read(t, f.path)
		whole := map[int]bool{}
		file := token.NewFileSet().AddFile(f.path, -1, len(text))
		var s scanner.Scanner
		s.Init(file, text, nil, scanner.ScanComments)
		for pos, tok, lit := s.Scan(); tok != token.EOF; pos, tok, lit = s.Scan() {
			line := file.Line(pos)
			switch {
			case tok == token.STRING && lit[0] == '`':
				for i := range strings.Count(lit, "\n") + 1 {
					whole[line+i] = true
				}
			case tok == token.COMMENT && file.Position(pos).Column > 20,
				len(lit) > 60 && strings.Count(lit, " ") < 3:
				whole[line] = true
			}
		}
		for i, line := range strings.Split(string(text), "\n") {
			if utf8.RuneCountInString(line) > 120 && !whole[i+1] && !strings.HasPrefix(line, "//go:") {
				t.Errorf("%s:%d has more than 120 columns", f.path, i+1)
			}
		}
	}
}

// TestPackagesAreDocumented: godoc is where a package says how it is used.
func TestPackagesAreDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.test && f.dir != "." && f.dir != "docs" {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.syntax.Doc != nil && len(strings.TrimSpace(f.syntax.Doc.Text())) > 20
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment: say in doc.go, or above its main file, what it does and how it is used",
				dir)
		}
	}
}

// TestPackageNames: a package named after no subject becomes a drawer for all.
func TestPackageNames(t *testing.T) {
	for _, f := range goFiles(t) {
		for part := range strings.SplitSeq(f.dir, "/") {
			if slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "misc", "pkg", "internal", "lib",
				"shared"}, part) {
				t.Errorf("%s: a package is named after what it knows; %q says nothing", f.path, part)
			}
		}
	}
}

// TestTestsRun: a test that was skipped has not passed. What is missing fails. The short form takes fewer cases.
func TestTestsRun(t *testing.T) {
	for _, f := range goFiles(t) {
		if !f.test {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f", "tb", "testing"}, x.Name) {
					t.Errorf("%s: %s.%s: a test does not skip; what is missing fails it", f.path, x.Name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// TestFuzzTargetsHaveSeeds: what a parser once stumbled over, and what real files look
// like, is tried with every go test, and is where make fuzz begins.
func TestFuzzTargetsHaveSeeds(t *testing.T) {
	for _, name := range tree(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range fuzzTarget.FindAllStringSubmatch(string(read(t, name)), -1) {
			dir := path.Join(path.Dir(name), "testdata/fuzz", m[1])
			if seeds, err := os.ReadDir(dir); err != nil || len(seeds) < 2 {
				t.Errorf("%s: %s has %d seeds: put a few into %s, each named after what it is", name, m[1], len(seeds), dir)
			}
		}
	}
}

// TestTreeStandsAlone: nothing in it points to a machine or a person that the
// reader does not have. The words are put together here, or this file would have
// them itself.
func TestTreeStandsAlone(t *testing.T) {
	words := []string{"/wo" + "rk/", "../sha" + "red", ".libr" + "ary/", "/home/" + "runner", "/root/" + "go", "TO" + "DO",
		"FIX" + "ME"}
	for _, name := range tree(t) {
		text := read(t, name)
		for _, w := range words {
			if i := bytes.Index(text, []byte(w)); i >= 0 {
				t.Errorf("%s:%d: %q does not belong into the tree: it means something on one machine or for one person only", name,
					1+bytes.Count(text[:i], []byte("\n")), w)
			}
		}
	}
}

// plainFolders are where TestPlainWords reads; "." has the files of the root alone.
var plainFolders = []string{".", "bench", "cmd", "docs", "e2e", "inventory", "lab", "playbooks", "remote", "tasks"}

// plainWords are phrases that stop a reader, and what to say instead. They are regular
// expressions; a space in one also matches the line break of a comment.
var plainWords = []struct{ phrase, better string }{
	{`nobody (else|can|may|is|was|has|did)\b`, "say who or what is missing: no terminal, no host, no one"},
	{`in vain`, "without success, or say what failed"},
	{`anew`, "again"},
	{`be it`, "whether ... or, even if"},
	{`for whom`, "for those who, or name them"},
	{`stands at`, "is at"},
	{`made of it`, "say what became of it"},
	{`(to|not) do with (it|them|each|the)`, "concerns, shares"},
	{`has (nginx|Odoo|PostgreSQL|systemd|every \w+) read`, "asks for, requests, reloads"},
	{`by now`, "now, since, already"},
	{`belongs? into`, "belongs in"},
	{`with commas( between( them)?)?`, "comma-separated"},
	{`to be had`, "available"},
	{`made up`, "generated"},
	{`shall`, "should, must, or the present tense"},
	{`takes? (it|them) away`, "removes"},
	{`lets? go of`, "frees, closes"},
	{`(it|this|that|which|%s|file) is no (number|path|name|address|size|percentage|regular|journal|plan|host)`,
		"is not a"},
}

// TestPlainWords: an engineer who reads a comment, a message or a page aloud should
// stumble nowhere. docs/glossary.md has the words for the ideas.
func TestPlainWords(t *testing.T) {
	type rule struct {
		*regexp.Regexp
		better string
	}
	var rules []rule
	for _, w := range plainWords {
		rules = append(rules, rule{regexp.MustCompile(`(?i)\b` + strings.ReplaceAll(w.phrase, " ", `\s+(?:(?://|#)\s+)?`) +
			`\b`), w.better})
	}
	seen := 0
	for _, name := range tree(t) {
		top, _, below := strings.Cut(name, "/")
		if !below {
			top = "."
		}
		if name == "house_test.go" || !slices.Contains(plainFolders, top) || strings.Contains(name, "testdata/") ||
			!slices.Contains([]string{".go", ".sh", ".py", ".md", ".yaml"}, path.Ext(name)) {
			continue
		}
		seen++
		text := read(t, name)
		for _, r := range rules {
			for _, at := range r.FindAllIndex(text, -1) {
				t.Errorf("%s:%d: %q: better: %s", name, 1+bytes.Count(text[:at[0]], []byte("\n")), text[at[0]:at[1]], r.better)
			}
		}
	}
	if seen < 100 {
		t.Fatalf("%d files read: the test does not see the folders", seen)
	}
}
