package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func TestSecretNeverPrints(t *testing.T) {
	const value = "hunter2secret"
	inv := mustParse(t, "hosts: {a: {}}\ndeployments: {d: {odoo: {hosts: [a], admin_passwd: "+value+"}}}\n", Options{})
	dep := inv.Deployments[0]
	var out bytes.Buffer
	for _, v := range []any{dep.Odoo.AdminPasswd, &dep.Odoo.AdminPasswd, dep.Odoo, dep, *dep.Odoo, inv, inv.Warnings} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			fmt.Fprintf(&out, verb, v)
		}
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "secret", dep.Odoo.AdminPasswd, "odoo", dep.Odoo)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "secret", dep.Odoo.AdminPasswd, "odoo", dep.Odoo)
	asJSON, err := json.Marshal(dep.Odoo)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(map[string]any{"s": dep.Odoo.AdminPasswd})
	if err != nil {
		t.Fatal(err)
	}
	asText, _ := dep.Odoo.AdminPasswd.MarshalText()
	out.Write(asJSON)
	out.Write(asYAML)
	out.Write(asText)
	if s := out.String(); strings.Contains(s, value) || strings.Contains(s, fmt.Sprintf("%x", value)) ||
		!strings.Contains(s, "***") {
		t.Errorf("the secret shows, or its mask does not: %s", s)
	}
	if got, err := dep.Odoo.AdminPasswd.Reveal(); got != value || err != nil {
		t.Errorf("Reveal = %q, %v", got, err)
	}
}

func TestReveal(t *testing.T) {
	commands := 0
	opts := Options{
		Home: "/home/me",
		Env: func(name string) string {
			return map[string]string{"PW": "from env", "LINES": "a\nb"}[name]
		},
		ReadFile: func(name string) ([]byte, error) {
			if name == "sub/pw" || name == "/home/me/pw" {
				return []byte("from " + name + "\n"), nil
			}
			return nil, fs.ErrNotExist
		},
		Command: func(ctx context.Context, argv []string) ([]byte, error) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("a command runs without a deadline")
			}
			commands++
			if argv[0] == "fail" {
				return nil, errors.New("exit status 1")
			}
			return []byte(strings.Join(argv, "+") + "\r\n"), nil
		},
	}
	for _, tt := range []struct{ form, value, source, err string }{
		{"{env: PW}", "from env", "env PW", ""},
		{"{env: NONE}", "", "env NONE", "inventory.yaml:2:52: reveal secret from env NONE: the environment variable NONE " +
			"is not set"},
		{"{env: LINES}", "", "env LINES", "holds a line break"},
		{"{file: sub/pw}", "from sub/pw", "file sub/pw", ""},
		{"{file: ~/pw}", "from /home/me/pw", "file ~/pw", ""},
		{"{file: none}", "", "file none", "file does not exist"},
		{"{command: [pass, show, x]}", "pass+show+x", "command pass", ""},
		{"{command: [bin/pw, x]}", "bin/pw+x", "command bin/pw", ""},
		{"{command: fail}", "", "command fail", "exit status 1"},
		{"{secret: none}", "", "secret none", "secrets.age does not exist: add the secret with `odooctl secret set " +
			"INVENTORY none`"},
		{"12345", "12345", "plain text", ""},
	} {
		inv := mustParse(t, "hosts: {a: {}}\ndeployments: {d: {odoo: {hosts: [a], admin_passwd: "+tt.form+"}}}\n", opts)
		s := inv.Deployments[0].Odoo.AdminPasswd
		value, err := s.Reveal()
		switch {
		case s.Source() != tt.source || s.IsZero():
			t.Errorf("%s: source %q, want %q", tt.form, s.Source(), tt.source)
		case value != tt.value:
			t.Errorf("%s: value %q, want %q (%v)", tt.form, value, tt.value, err)
		case tt.err == "" && err != nil, tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%s: error %v, want %q", tt.form, err, tt.err)
		}
		s.Reveal()
	}
	if commands != 3 {
		t.Errorf("commands ran %d times, want once each", commands)
	}
	if _, err := (Secret{}).Reveal(); err == nil || !(Secret{}).IsZero() {
		t.Error("no secret was revealed")
	}
}

func TestRunCommand(t *testing.T) {
	out, err := run(t.Context(), []string{"sh", "-c", "echo value"})
	if string(out) != "value\n" || err != nil {
		t.Errorf("run = %q, %v", out, err)
	}
	if _, err := run(t.Context(), []string{"sh", "-c", "echo locked >&2; exit 3"}); err == nil ||
		!strings.Contains(err.Error(), `exit status 3: "locked"`) {
		t.Errorf("run gave %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	if _, err := run(ctx, []string{"sleep", "60"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("run gave %v", err)
	}
}

func TestLoad(t *testing.T) {
	read := func(string) ([]byte, error) {
		return []byte("ssh: {known_hosts: known_hosts}\nhosts: {a: {}}\n"), nil
	}
	inv, err := Load("sub/inventory.yaml", Options{ReadFile: read})
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(inv.Dir) || inv.Hosts[0].SSH.KnownHosts[0] != filepath.Join(inv.Dir, "known_hosts") ||
		inv.File != "sub/inventory.yaml" {
		t.Errorf("Load gave dir %s, known hosts %v", inv.Dir, inv.Hosts[0].SSH.KnownHosts)
	}
	if inv.Digest != "e464180dc99bf95da5caafc06f0fe622bee024b4b910c5a17a40981026963391" {
		t.Errorf("digest %s", inv.Digest)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of a missing file gave %v", err)
	}
}

func TestErrorsAs(t *testing.T) {
	_, err := Parse("f.yaml", []byte("hosts: {a: {adress: x}}\n"), Options{})
	var one Error
	if !errors.As(fmt.Errorf("wrapped: %w", err), &one) || one.Pos != (Pos{"f.yaml", 1, 13}) {
		t.Errorf("errors.As gave %v", one)
	}
}
