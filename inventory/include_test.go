package inventory

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const split = `
-- inventory.yaml --
include: [fleet/*.yaml, shop.yaml]
ssh: {user: deploy}
hosts:
  web1: {address: 192.0.2.1}
-- fleet/a.yaml --
include: more.yml
hosts: {a1: {ssh: {identity_file: key}}}
-- fleet/b.yaml --
x-note: &note {port: 2222}
hosts:
  command: [./list.py, eu]
  b1: {ssh: *note}
groups: {eu: {hosts: [a1, "e[1:2]"]}}
-- fleet/more.yml --
hosts: {m1: {}}
-- shop.yaml --
deployments:
  shop:
    odoo: {hosts: [a1], databases: [shop], admin_passwd: {file: passwd}}
    postgresql: {host: web1}
`

// laid writes the files of a text, some of them replaced, and gives options that run list.py.
func laid(t *testing.T, text string, replace map[string]string, list string) (file string, opts Options) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(text)).Files {
		text := string(f.Data)
		if other, ok := replace[f.Name]; ok {
			text = other
		}
		path := filepath.Join(dir, f.Name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(ctx context.Context, argv []string) ([]byte, error) {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("the program may take for ever")
		}
		if argv[0] != filepath.Join(dir, "fleet", "list.py") || argv[1] != "eu" {
			t.Errorf("runs %q", argv)
		}
		return []byte(list), nil
	}
	return filepath.Join(dir, "inventory.yaml"), Options{Command: run}
}

// TestInclude: an inventory of several files and of a program's output is one, whose values
// know where they are; paths start from the file that they are in.
func TestInclude(t *testing.T) {
	t.Parallel()
	file, opts := laid(t, split, nil, `{"e1": {"address": "192.0.2.9"}, "e2": {}}`)
	inv, err := Load(file, opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(inv.Hosts); got != "web1 a1 b1 e1 e2 m1" {
		t.Errorf("hosts are %s", got)
	}
	dir := filepath.Dir(file)
	for _, c := range []struct {
		field any
		want  string
	}{
		{&inv.Host("web1").Address, "inventory.yaml:4:19"},
		{&inv.Host("a1").SSH.User, "inventory.yaml:2:13"},
		{&inv.Host("b1").SSH.Port, "fleet/b.yaml:1:22"},
		{&inv.Host("a1").SSH.IdentityFile[0], "fleet/a.yaml:2:35"},
		{&inv.Deployment("shop").Odoo.Databases[0], "shop.yaml:3:37"},
	} {
		if got := inv.Where(c.field).String(); got != filepath.Join(dir, c.want) {
			t.Errorf("at %s, want %s", got, c.want)
		}
	}
	if got := inv.Where(&inv.Host("e1").Address).String(); got != "output of ./list.py eu:1:20" {
		t.Errorf("e1's address is at %s", got)
	}
	if got := inv.Host("a1").SSH.IdentityFile[0]; got != filepath.Join(dir, "fleet", "key") {
		t.Errorf("the key of a1 is %s", got)
	}
	if g := inv.Group("eu"); names(g.Hosts) != "a1 e1 e2" {
		t.Errorf("eu is %s", names(g.Hosts))
	}
	_, opts = laid(t, split, nil, "")
	opts.Command = func(context.Context, []string) ([]byte, error) { return []byte(`{"e1": {}, "e2": {}}`), nil }
	other, err := Load(file, opts)
	if err != nil || other.Digest == inv.Digest {
		t.Errorf("another list of hosts gives the same digest (%v)", err)
	}
}

// TestIncludeErrors: each names its file.
func TestIncludeErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text, list, want string
	}{
		"a syntax error":      {"shop.yaml", "deployments:\n\tshop: {}\n", "", "shop.yaml:2:1: a tab indents"},
		"an unknown host":     {"fleet/b.yaml", "groups: {eu: {hosts: [a9]}}\n", "", "fleet/b.yaml:1:23: host a9 is not"},
		"twice in two files":  {"fleet/more.yml", "hosts:\n  web1: {}\n", "", "fleet/more.yml:2:3: duplicate key web1: "},
		"another's key":       {"shop.yaml", "ssh: {user: me}\n", "", "shop.yaml:1:1: ssh is for the file that includes"},
		"a circle":            {"fleet/more.yml", "include: ../shop.yaml\n", "", "fleet/more.yml:1:10: "},
		"no such file":        {"inventory.yaml", "include: none.yaml\nhosts: {a: {}}\n", "", "yaml:1:10: include: "},
		"no file of a folder": {"inventory.yaml", "include: none/*\nhosts: {a: {}}\n", "", "1:10: include: no file"},
		"a list":              {"shop.yaml", "- a\n", "", "shop.yaml:1:1: "},
		"what a program says": {"none", "", "{e1: {adress: 192.0.2.9}, e2: {}}",
			"output of ./list.py eu:1:7: unknown key adress in hosts.e1"},
		"what is no mapping": {"none", "", "[e1]", "output of ./list.py eu:1:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			list := c.list
			if list == "" {
				list = "{e1: {}, e2: {}}"
			}
			file, opts := laid(t, split, map[string]string{c.file: c.text}, list)
			_, err := Load(file, opts)
			said := ""
			if err != nil {
				said = strings.ReplaceAll(err.Error(), filepath.Dir(file)+"/", "")
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("%s\nwant %s", said, c.want)
			}
		})
	}
	file, opts := laid(t, split, nil, "")
	opts.Command = func(context.Context, []string) ([]byte, error) { return nil, errors.New("exit 3: no network") }
	_, err := Load(file, opts)
	if err == nil || !strings.Contains(err.Error(), "b.yaml:3:3: hosts.command: exit 3: no network") {
		t.Errorf("a program that fails: %v", err)
	}
}
