package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTaskExample does what CONTRIBUTING.md says of a new task, in a folder that is laid
// over the module: its task compiles in its place, and plans what is printed there.
func TestTaskExample(t *testing.T) {
	example := map[string]string{}
	for _, b := range blocks(t) {
		if strings.HasSuffix(b.file, "CONTRIBUTING.md") {
			example[b.language] = b.text
		}
	}
	if !strings.Contains(example["go"], "tasks.Register") || !strings.Contains(example["txtar"], "-- plan --") {
		t.Fatal("CONTRIBUTING.md has no task, or no test data of one")
	}
	if n := strings.Count(example["go"], "\n"); n > 25 {
		t.Errorf("the task has %d lines; it is promised to be short", n)
	}
	test, err := os.ReadFile("../tasks/tasktest/newtask/task_test.go.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	place, err := filepath.Abs("../tasks/motd")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(place, "motd.go"):      filepath.Join(dir, "motd.go"),
		filepath.Join(place, "motd_test.go"): filepath.Join(dir, "motd_test.go"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "testdata"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"motd.go":             example["go"],
		"motd_test.go":        strings.ReplaceAll(string(test), "{{.Name}}", "motd"),
		"testdata/plan.txtar": example["txtar"],
		"overlay.json":        string(overlay),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Neither vet nor go test itself can work in a folder that is only in the overlay.
	if out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o",
		filepath.Join(dir, "motd.test"), "odooctl/tasks/motd").CombinedOutput(); err != nil {
		t.Fatalf("the task does not compile: %v\n%s", err, out)
	}
	run := exec.Command(filepath.Join(dir, "motd.test"), "-test.v")
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestPlans/plan") {
		t.Errorf("the task does not plan what CONTRIBUTING.md says (%v):\n%s", err, out)
	}
	if formatted, err := exec.Command("gofmt", "-l", filepath.Join(dir, "motd.go")).CombinedOutput(); err != nil ||
		len(formatted) > 0 {
		t.Errorf("the task is not formatted (%v): %s", err, formatted)
	}
}
