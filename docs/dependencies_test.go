package docs_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
)

var (
	requirement   = regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`) // an indirect one has a comment
	dependencyRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (v\\S+) \\| ([^|]+) \\| ([^|]+) \\|$")
)

// TestDependencies compares the table of docs/dependencies.md with go.mod.
func TestDependencies(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	required, described := map[string]string{}, map[string]string{}
	for _, m := range requirement.FindAllStringSubmatch(string(mod), -1) {
		required[m[1]] = m[2]
	}
	for _, m := range dependencyRow.FindAllStringSubmatch(string(page), -1) {
		described[m[1]] = m[2]
	}
	if len(required) == 0 {
		t.Fatal("no requirement found in go.mod")
	}
	for _, name := range slices.Sorted(maps.Keys(required)) {
		if described[name] != required[name] {
			t.Errorf("go.mod requires %s %s; docs/dependencies.md has %q: a dependency needs a row with its version, its "+
				"licence and the reason for it", name, required[name], described[name])
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("docs/dependencies.md describes %s, which go.mod does not require directly", name)
	}
}
