package inventory

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
)

// person makes an age identity file and the options of its owner.
func person(t *testing.T) (Options, string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "identity.txt")
	if err := os.WriteFile(file, []byte("# mine\n"+id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(name string) string { return map[string]string{"ODOOCTL_IDENTITY": file}[name] }
	return Options{Env: env}, id.Recipient().String()
}

func open(t *testing.T, file string, opts Options) *Secrets {
	t.Helper()
	s, err := OpenSecrets(file, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("error %v, want ...%s...", err, text)
	}
}

func TestSecretsRoundTrip(t *testing.T) {
	opts, recipient := person(t)
	file := filepath.Join(t.TempDir(), "secrets.age")
	s := open(t, file, opts)
	for name, value := range map[string]string{"shop/db": "päss: word\n", "shop/admin": "yes", "old": "x"} {
		if err := s.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if data, _ := os.ReadFile(file); strings.Contains(string(data), "word") ||
		!strings.HasPrefix(string(data), "age-encryption.org/v1") {
		t.Error("the file is not encrypted")
	}
	if data, _ := os.ReadFile(s.RecipientsFile()); string(data) != recipient+"\n" {
		t.Errorf("recipients %q", data)
	}
	s = open(t, file, opts)
	if err := s.Delete("old"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	s = open(t, file, opts)
	if got := s.Names(); !slices.Equal(got, []string{"shop/admin", "shop/db"}) {
		t.Errorf("names %v", got)
	}
	for name, want := range map[string]string{"shop/db": "päss: word", "shop/admin": "yes"} {
		if got, err := s.Get(name); got != want || err != nil {
			t.Errorf("Get(%s) = %q, %v", name, got, err)
		}
	}
	_, err := s.Get("shop/bd")
	wantError(t, err, "has no secret shop/bd (did you mean shop/db?)")
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}

	inventory := filepath.Join(filepath.Dir(file), "inventory.yaml")
	text := "hosts: {a: {}}\ndeployments: {d: {odoo: {hosts: [a], admin_passwd: {secret: shop/admin}}}}\n"
	inv, err := Parse(inventory, []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := inv.Deployments[0].Odoo.AdminPasswd.Reveal(); got != "yes" || err != nil {
		t.Errorf("Reveal = %q, %v", got, err)
	}
}

func TestSecretsRefusals(t *testing.T) {
	opts, _ := person(t)
	other, otherRecipient := person(t)
	file := filepath.Join(t.TempDir(), "secrets.age")
	s := open(t, file, opts)
	wantError(t, s.Set("a b", "x"), "a name is made of")
	wantError(t, s.Set("a", ""), "the value is empty")
	wantError(t, s.Set("a", "x\ny"), "line break")
	wantError(t, s.Delete("a"), "does not exist")
	if err := s.Set("a", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(file)

	_, err := OpenSecrets(file, other)
	wantError(t, err, "decrypt "+file+": it is not encrypted to ")
	wantError(t, err, "adds your public key to the list of recipients")
	_, err = OpenSecrets(file, Options{Home: "/nowhere"})
	wantError(t, err, "there is no identity /nowhere/.config/odooctl/identity.txt: let ODOOCTL_IDENTITY name yours")

	mine := open(t, file, opts)
	if err := os.WriteFile(mine.RecipientsFile(), []byte(otherRecipient+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, mine.Save(), "you could not read the file again")
	if err := os.WriteFile(mine.RecipientsFile(), []byte("age1wrong\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, mine.Save(), "secrets.recipients")
	if err := os.Remove(mine.RecipientsFile()); err != nil {
		t.Fatal(err)
	}
	wantError(t, mine.Save(), "secrets.recipients is missing")
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Error("a refused Save changed the file")
	}
}

func TestSecretsForTwo(t *testing.T) {
	opts, mine := person(t)
	other, theirs := person(t)
	file := filepath.Join(t.TempDir(), "secrets.age")
	recipients := filepath.Join(filepath.Dir(file), "secrets.recipients")
	if err := os.WriteFile(recipients, []byte("# me\n"+mine+"\n# them\n"+theirs+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, file, opts)
	if err := s.Set("a", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	first, second := open(t, file, opts), open(t, file, other)
	if err := second.Set("a", "y"); err != nil {
		t.Fatal(err)
	}
	if err := second.Save(); err != nil {
		t.Fatal(err)
	}
	wantError(t, first.Save(), "changed since it was read")
	if got, _ := open(t, file, opts).Get("a"); got != "y" {
		t.Errorf("a is %q", got)
	}
}
