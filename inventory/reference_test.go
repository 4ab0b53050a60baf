package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func reference(t *testing.T, text string) (Reference, error) {
	t.Helper()
	var v struct {
		Input Reference `yaml:"input"`
	}
	err := yaml.Unmarshal([]byte("input: "+text), &v)
	return v.Input, err
}

func TestReference(t *testing.T) {
	commands := 0
	inv := mustParse(t, "hosts: {a: {}}\n", Options{
		Env:      func(name string) string { return map[string]string{"PW": "hunter2"}[name] },
		ReadFile: func(name string) ([]byte, error) { return []byte("of " + name + "\nwith lines\n"), nil },
		Command:  func(context.Context, []string) ([]byte, error) { commands++; return []byte("said"), nil },
	})
	for text, want := range map[string]string{
		"plain":             "plain",
		`"two\nlines"`:      "two\nlines",
		"{env: PW}":         "hunter2",
		"{file: key}":       "of key\nwith lines\n",
		"{command: [pw]}":   "said",
		"{env: NONE}":       "error: read the value from env NONE: the environment variable NONE is not set",
		"{secret: a/b}":     "error: read the value from secret a/b",
		"{env: A, file: b}": "error: the value wants one of",
		"{envv: A}":         "error: unknown key envv",
		"[a]":               "error: the value is a list",
	} {
		r, err := reference(t, text)
		got := ""
		if err == nil {
			for range 2 {
				got, err = inv.Reveal(r)
			}
			if strings.Contains(fmt.Sprint(r), "hunter2") {
				t.Errorf("%s prints as %v", text, r)
			}
		}
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != want && !(strings.HasPrefix(want, "error: ") && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if commands != 1 {
		t.Errorf("the command ran %d times", commands)
	}
}
