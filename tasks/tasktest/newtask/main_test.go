package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree is a folder with what create reads: the imports, and a task beside them.
func tree(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	for _, name := range []string{imports, "tasks/basic/file.go"} {
		text, err := os.ReadFile(filepath.Join("../../..", name))
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(root, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestCreate lays a new task over the module, builds it with all that imports it, and
// runs its test. Nothing is written into the module.
func TestCreate(t *testing.T) {
	t.Parallel()
	root := tree(t)
	if err := create(root, "greeting"); err != nil {
		t.Fatal(err)
	}
	module, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	replaced := map[string]string{}
	for _, name := range []string{imports, "tasks/greeting/greeting.go", "tasks/greeting/greeting_test.go"} {
		replaced[filepath.Join(module, name)] = filepath.Join(root, name)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "overlay.json"), overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(dir, name string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return string(out)
	}
	run(module, "go", "build", "-overlay", filepath.Join(root, "overlay.json"), "./playbooks")
	run(module, "go", "test", "-c", "-vet=off", "-overlay", filepath.Join(root, "overlay.json"), "-o",
		filepath.Join(root, "greeting.test"), "./tasks/greeting")
	// It finds its test data where go test would have started it.
	if out := run(filepath.Join(root, "tasks/greeting"), filepath.Join(root, "greeting.test"),
		"-test.v"); !strings.Contains(out, "--- PASS: TestPlans/plan") {
		t.Errorf("the test of a new task ran no test data:\n%s", out)
	}
	if out := run(root, "gofmt", "-l", "."); out != "" {
		t.Errorf("not formatted: %s", out)
	}
}

// TestRefused: a name that cannot be is refused before anything is written.
func TestRefused(t *testing.T) {
	t.Parallel()
	root := tree(t)
	before, err := os.ReadFile(filepath.Join(root, imports))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"":        "not a package name",
		"log-in":  "not a package name",
		"Motd":    "not a package name",
		"../motd": "not a package name",
		"range":   "not a package name",
		"file":    "registers a task file",
		"basic":   "there is a package of that name",
	} {
		if err := create(root, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	if err := create(t.TempDir(), "motd"); err == nil || !strings.Contains(err.Error(), "not the root of odooctl") {
		t.Errorf("outside of the tree: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(root, imports))
	if err != nil || string(after) != string(before) {
		t.Errorf("a refused name changed %s (%v):\n%s", imports, err, after)
	}
}
