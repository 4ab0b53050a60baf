package docs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// block is a fenced block of a page.
type block struct {
	file     string
	line     int // of its first line
	language string
	text     string
}

var pages = []string{"../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md", "*.md", "decisions/*.md"}

func blocks(t *testing.T) (list []block) {
	t.Helper()
	for _, pattern := range pages {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no page %s (%v)", pattern, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fenced(name, string(text))...)
		}
	}
	return list
}

func fenced(name, text string) (list []block) {
	var open *block
	n := 0
	for line := range strings.Lines(text) {
		n++
		mark, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && open == nil:
			open = &block{file: name, line: n + 1, language: mark}
		case isFence:
			list, open = append(list, *open), nil
		case open != nil:
			open.text += line
		}
	}
	return list
}

// TestExamplesLoad reads every block of YAML as what it is: a playbook where it
// is a list, else an inventory, which has to be without a warning.
func TestExamplesLoad(t *testing.T) {
	inventories := 0
	for _, b := range blocks(t) {
		if b.language != "yaml" {
			continue
		}
		where := fmt.Sprintf("%s:%d", b.file, b.line)
		if strings.HasPrefix(b.text, "- ") {
			if _, err := playbooks.Parse(where, []byte(b.text), nil); err != nil {
				t.Error(err)
			}
			continue
		}
		inventories++
		inv, err := inventory.Parse(where, []byte(b.text), inventory.Options{
			Home:     "/home/ann",
			ReadFile: func(string) ([]byte, error) { return []byte("x-more: none"), nil },
			Command:  func(context.Context, []string) ([]byte, error) { return []byte("{listed1: {}}"), nil },
		})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, w := range inv.Warnings {
			t.Error(w)
		}
	}
	if inventories < 4 {
		t.Errorf("%d examples of an inventory found", inventories)
	}
}

var called = regexp.MustCompile(`(?m)(?:^|[\s(` + "`" + `])(?:bin/)?odooctl ([a-z]+)\b`)

// TestVerbsExist looks in blocks and in code for verbs that the program does not
// have.
func TestVerbsExist(t *testing.T) {
	verbs := map[string]bool{"help": true}
	use := regexp.MustCompile(`Use:\s+"([a-z]+)`)
	files, err := filepath.Glob("../cmd/odooctl/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(text), -1) {
			verbs[m[1]] = true
		}
	}
	if !verbs["plan"] {
		t.Fatal("no verb found in cmd/odooctl")
	}
	for _, b := range blocks(t) {
		if b.language != "console" && b.language != "sh" {
			continue
		}
		for line := range strings.Lines(b.text) {
			command, ok := strings.CutPrefix(line, "$ ")
			if !ok {
				continue
			}
			for _, m := range called.FindAllStringSubmatch(command, -1) {
				if !verbs[m[1]] {
					t.Errorf("%s:%d: there is no verb %s: %s", b.file, b.line, m[1], command)
				}
			}
		}
	}
}
