package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
)

// shellOfOdoo runs what comes in by standard input as `odoo shell` does, and knows one user.
const shellOfOdoo = `
import sys
class Env:
    cr = property(lambda self: self)
    def ref(self, record):
        if record != "base.user_admin": sys.exit("no " + record)
        return self
    def write(self, values): print("write", sorted(values.items()))
    def commit(self): print("commit")
print(sys.argv[1:])
exec(sys.stdin.read(), {"env": Env()})
`

// TestFirstLogin: the password comes to Odoo's shell by a file, and to no argument.
func TestFirstLogin(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal(err)
	}
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {a: {}}\n"+
		"deployments: {x: {odoo: {hosts: [a], admin_login: {name: Jos\u00e9, password: {env: P}}}}}\n"),
		inventory.Options{Env: func(string) string { return "it's \"\\ 50% \u00fc $HOME" }})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	input, err := firstLogin(16, inv.Deployments[0].Odoo.AdminLogin)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"systemctl": "#!/bin/sh\n",
		"setpriv":   "#!/bin/sh\nshift 3\nexec \"$@\"\n",
		"odoo.py":   shellOfOdoo,
		"odoo":      "#!/bin/sh\nexec " + python + " " + dir + "/odoo.py \"$@\"\n",
		"input":     input,
		"bad":       `["base.user_root", "a", "b"]`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	i := Instance{Deployment: inv.Deployments[0], Unit: "odoo.service", User: "odoo", Home: "/", Config: "/etc/odoo.conf",
		Program: dir + "/odoo"}
	login := func(file string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", i.setLogin(16, "prod"), "sh", filepath.Join(dir, file))
		cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH")}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := login("input")
	if want := "['shell', '--config', '/etc/odoo.conf', '--logfile=', '--database', 'prod', '--no-http', '--workers=0', " +
		"'--max-cron-threads=0']\n" +
		`write [('login', 'Jos` + "\u00e9" + `'), ('password', 'it\'s "\\ 50% ` + "\u00fc" + ` $HOME')]` +
		"\ncommit\n"; err != nil || out != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
	if out, err := login("bad"); err == nil || !strings.Contains(out, "no base.user_root") ||
		strings.Contains(out, "commit") {
		t.Errorf("a database without that user: %v\n%s", err, out)
	}
}
