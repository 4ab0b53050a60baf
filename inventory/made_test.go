package inventory

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const bare = `hosts: {app1: {address: 192.0.2.1}}
deployments:
  mycompany:
    odoo: {hosts: [app1]}
  other:
    odoo: {hosts: [app1], http_port: 1, chat_port: 2, admin_passwd: {env: ADMIN}, admin_login: {name: root, password: {env: ADMIN}}}
`

// machine is an operator's machine of its own, with an identity.
func machine(t *testing.T) (Options, string) {
	t.Helper()
	dir := t.TempDir()
	opts := Options{Home: dir, Env: func(string) string { return "" }, Rand: strings.NewReader(strings.Repeat("random "+
		"bytes, or so", 20))}
	if made, err := opts.MakeIdentity(); err != nil || !made {
		t.Fatal(made, err)
	}
	file := filepath.Join(dir, "inventory.yaml")
	if err := os.WriteFile(file, []byte(bare), 0o600); err != nil {
		t.Fatal(err)
	}
	return opts, file
}

func load(t *testing.T, file string, opts Options) *Inventory {
	t.Helper()
	inv, err := Load(file, opts)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestMadeSecretsAreKeptOnce(t *testing.T) {
	opts, file := machine(t)
	inv := load(t, file, opts)
	o := inv.Deployment("mycompany").Odoo
	if o.AdminPasswd.Made() || len(inv.Made()) > 0 {
		t.Error("a secret was generated before it was asked for")
	}
	value, err := o.AdminPasswd.Reveal()
	if err != nil || len(value) != 32 || !o.AdminPasswd.Made() || o.AdminPasswd.Source() != "secret "+
		"mycompany/admin_passwd" {
		t.Fatalf("%q, %v, made %v, from %s", value, err, o.AdminPasswd.Made(), o.AdminPasswd.Source())
	}
	if _, err := os.Stat(inv.SecretsFile()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it is kept before anybody has said so")
	}
	if names := inv.Made(); len(names) != 1 || names[0] != "mycompany/admin_passwd" {
		t.Errorf("made: %v", names)
	}
	keep(t, inv, opts)
	if o.AdminPasswd.Made() || len(inv.Made()) > 0 {
		t.Error("it counts as new after it was kept")
	}
	keep(t, inv, opts) // nothing to do

	again := load(t, file, opts).Deployment("mycompany").Odoo
	second, err := again.AdminPasswd.Reveal()
	if err != nil || second != value || again.AdminPasswd.Made() {
		t.Errorf("read again: %q, %v, made %v; want %q", second, err, again.AdminPasswd.Made(), value)
	}
	login, err := again.AdminLogin.Password.Reveal()
	if err != nil || login == value || !again.AdminLogin.Password.Made() {
		t.Errorf("the login's password is %q, %v", login, err)
	}
}

func keep(t *testing.T, inv *Inventory, opts Options) {
	t.Helper()
	s, err := OpenSecrets(inv.SecretsFile(), opts)
	if err == nil {
		err = inv.Keep(s)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestMadeSecretsDoNotReplace(t *testing.T) {
	opts, file := machine(t)
	first, second := load(t, file, opts), load(t, file, opts)
	for _, inv := range []*Inventory{first, second} {
		if _, err := inv.Deployment("mycompany").Odoo.AdminPasswd.Reveal(); err != nil {
			t.Fatal(err)
		}
	}
	keep(t, first, opts)
	before, err := os.ReadFile(first.SecretsFile())
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenSecrets(first.SecretsFile(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Keep(s); err == nil || !strings.Contains(err.Error(), "from another run: start again") {
		t.Errorf("the second run's password replaces the first's: %v", err)
	}
	if after, err := os.ReadFile(first.SecretsFile()); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file of secrets has changed: %v", err)
	}
}

func TestGivenSecretsAreNotMade(t *testing.T) {
	opts, file := machine(t)
	other := load(t, file, opts).Deployment("other").Odoo
	if other.AdminPasswd.Source() != "env ADMIN" || other.AdminLogin.Password.Source() != "env ADMIN" ||
		other.AdminLogin.Name != "root" {
		t.Errorf("%s, %+v", other.AdminPasswd.Source(), other.AdminLogin)
	}
	opts.Rand = nil
	if o := load(t, file, opts).Deployment("mycompany").Odoo; !o.AdminPasswd.IsZero() || !o.AdminLogin.Password.IsZero() {
		t.Error("made without a source of randomness")
	}
	opts.Rand = strings.NewReader("short")
	if value, err := load(t, file, opts).Deployment("mycompany").Odoo.AdminPasswd.Reveal(); err == nil {
		t.Errorf("made of too little randomness: %q", value)
	}
}
