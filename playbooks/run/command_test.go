package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// tried applies a playbook to one host that is a folder, where programs are those of
// this machine. DIR in it is a folder of the test's own.
func tried(t *testing.T, book string, files map[string]string) (dir string, r *Report) {
	t.Helper()
	dir = t.TempDir()
	inv, err := inventory.Parse("/srv/inventory.yaml", []byte("hosts: {app1: {}}\n"), inventory.Options{
		Env: func(string) string { return "correct-horse\nbattery" },
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := playbooks.Parse("test.yaml", []byte(strings.ReplaceAll(book, "DIR", dir)),
		func(name string) ([]byte, error) { return []byte(files[name]), nil })
	if err != nil {
		t.Fatal(err)
	}
	r, err = newDesk(t, "app1").apply(t.Context(), inv, p)
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCommandsRun(t *testing.T) {
	t.Parallel()
	dir, r := tried(t, `
- name: runs
  hosts: all
  tasks:
    - command: {run: "cat >DIR/input; pwd >DIR/cwd; echo $WHO >>DIR/cwd; exit 3", always: true, input: {env: PW}, cwd: DIR, environment: {WHO: "it's me"}, codes: [0, 3]}
    - command: {run: [sh, -c, 'printf "%s|" "$@" >DIR/argv', sh, a b, "$HOME", "it's"], creates: DIR/argv}
    - command: {run: touch DIR/never, only_if: test -e DIR/nothing}
    - command: {run: touch DIR/never, unless: "true"}
    - script: {source: seed.sh, args: [a b, "*"], creates: DIR/seeded, input: for the script, environment: {TO: DIR/seeded}}
`, map[string]string{"seed.sh": "#!/bin/sh -e\n{ basename \"$0\"; printf '%s|' \"$@\"; cat; echo; ls -d \"$(dirname " +
		"\"$0\")\"; } >\"$TO\"\n"})
	if r.Exit() != 0 {
		t.Fatalf("exit %d: %v", r.Exit(), r.Outcomes)
	}
	for name, want := range map[string]string{
		"input": "correct-horse\nbattery", "cwd": dir + "\nit's me\n", "argv": "a b|$HOME|it's|",
	} {
		if got := content(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	lines := strings.Split(content(t, filepath.Join(dir, "seeded")), "\n")
	if len(lines) < 3 || lines[0] != "seed.sh" || lines[1] != "a b|*|for the script" {
		t.Fatalf("the script wrote %q", lines)
	}
	if _, err := os.Stat(lines[2]); err == nil {
		t.Errorf("the folder of the script is left: %s", lines[2])
	}
	if _, err := os.Stat(filepath.Join(dir, "never")); err == nil {
		t.Error("a command ran that was not to")
	}
}

// TestCommandUndone: what a command did is undone when a later one fails, and what
// that one printed is told.
func TestCommandUndone(t *testing.T) {
	t.Parallel()
	dir, r := tried(t, `
- name: runs
  hosts: all
  tasks:
    - command: {run: touch DIR/made, creates: DIR/made, undo: "echo undone >>DIR/log\nmv DIR/made DIR/gone"}
    - command: {title: the second, run: "cat; seq 100; echo no luck >&2; exit 7", always: true, input: {env: PW}, undo: echo second >>DIR/log}
`, nil)
	if got := states(r); got != "app1 put back" {
		t.Fatal(got)
	}
	text := r.Outcomes[0].Err.Error()
	if !strings.Contains(text, "failed: the second: exit 7") || !strings.HasSuffix(strings.TrimSpace(text),
		"99\n  100\n  no luck\n  put back") {
		t.Error(text)
	}
	if got := content(t, filepath.Join(dir, "log")); got != "second\nundone\n" {
		t.Errorf("undone: %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone")); err != nil {
		t.Error(err)
	}
}

// TestAsked: what is asked in each run is asked though nothing changes, and what is
// not so in time is told.
func TestAsked(t *testing.T) {
	t.Parallel()
	for task, want := range map[string]string{
		"wait_for: {path: /etc, always: true, delay: 1s}":       "",
		"wait_for: {path: /etc/none, always: true, within: 1s}": "failed: /etc/none exists: exit 1\n  not within 1 s",
	} {
		_, r := tried(t, "- {hosts: all, tasks: [{"+task+"}]}", nil)
		if err := r.Outcomes[0].Err; want == "" && r.Exit() != 0 || want != "" &&
			(err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: exit %d: %v, want %q", task, r.Exit(), err, want)
		}
	}
}
