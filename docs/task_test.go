package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTaskExample compiles the task of CONTRIBUTING.md in its place in the module,
// without writing there.
func TestTaskExample(t *testing.T) {
	var example string
	for _, b := range blocks(t) {
		if b.language == "go" && strings.HasSuffix(b.file, "CONTRIBUTING.md") {
			example = b.text
		}
	}
	if !strings.Contains(example, "tasks.Register") {
		t.Fatal("CONTRIBUTING.md has no task")
	}
	if n := strings.Count(example, "\n"); n > 25 {
		t.Errorf("the task has %d lines; it is promised to be short", n)
	}
	dir := t.TempDir()
	source, overlay := filepath.Join(dir, "motd.go"), filepath.Join(dir, "overlay.json")
	place, err := filepath.Abs("../tasks/motd/motd.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": {place: source}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(source, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "odooctl/tasks/motd").CombinedOutput(); err != nil {
		t.Errorf("the task does not compile: %v\n%s", err, out)
	}
	if formatted, err := exec.Command("gofmt", "-l", source).CombinedOutput(); err != nil || len(formatted) > 0 {
		t.Errorf("the task is not formatted (%v): %s", err, formatted)
	}
}
