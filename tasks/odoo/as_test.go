package odoo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
)

// shown is a list as systemctl shows it, after shell_maybe_quote (systemd,
// src/basic/escape.c). Up to 247 that leaves control characters as they are.
func shown(words []string, old bool) string {
	var list []string
	for _, w := range words {
		var b strings.Builder
		quote := false
		for i := range len(w) { // byte by byte
			c := w[i]
			at := strings.IndexByte("\a\b\f\n\r\t\v", c)
			switch {
			case strings.IndexByte("\"\\`$", c) >= 0:
				b.WriteString(`\` + w[i:i+1])
			case c == '\n' || c == '\t' || !old && at >= 0:
				b.WriteString(`\` + "abfnrtv"[at:at+1])
			case !old && (c < ' ' || c == 0x7f):
				fmt.Fprintf(&b, `\%03o`, c)
			default:
				b.WriteByte(c)
				quote = quote || c <= ' ' || c == 0x7f || strings.IndexByte(`'()<>|&;!*?[`, c) >= 0
				continue
			}
			quote = true
		}
		if quote {
			list = append(list, `"`+b.String()+`"`)
		} else {
			list = append(list, w)
		}
	}
	return strings.Join(list, " ") + "\n"
}

// runAs runs a program on a host whose systemd shows these two environments.
func runAs(t *testing.T, manager, unit, program string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("manager", manager, 0o600)
	write("odoo.service", unit, 0o600)
	write("systemctl", "#!/bin/sh\nshift 4\n[ -z \"$*\" ] || shift\nexec cat \""+dir+"/${1:-manager}\"\n", 0o755)
	write("setpriv", "#!/bin/sh\n[ \"$1 $2 $3\" = '--reuid=odoo --regid=odoo --init-groups' ] || exit 9\nshift 3\n"+
		"exec \"$@\"\n", 0o755)
	cmd := exec.Command("sh", "-c", Instance{Unit: "odoo.service", User: "odoo",
		Home: "/var/lib/odoo"}.as()+" "+program)
	cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "LC_ALL=C", "SSH_CLIENT=198.18.0.1"}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAs: a program has the variables of the service, and none of the session's.
func TestAs(t *testing.T) {
	t.Parallel()
	manager := shown([]string{"LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), "FOO=of all"}, false)
	unit := shown([]string{"FOO=a b", `BAR=50% $HOME \x 'q' "d" *`, "EMPTY="}, false)
	out, err := runAs(t, manager, unit,
		`sh -c 'printf "%s|" "$FOO" "$BAR" "${EMPTY-none}" "$HOME" "$USER" "$LANG" "${LC_ALL-none}" "${SSH_CLIENT-none}" "$PWD" "$@"' sh "one word" ''`)
	if want := `a b|50% $HOME \x 'q' "d" *||/var/lib/odoo|odoo|C.UTF-8|none|none|/|one word||`; out != want ||
		err != nil {
		t.Errorf("got  %s\nwant %s (%v)", out, want, err)
	}
}

// TestAsRefuses: an output that is not systemd's list is no environment to run in.
func TestAsRefuses(t *testing.T) {
	t.Parallel()
	for _, list := range []string{`"A=b`, `"A=b\`, `"A=b"C=d`, `/bin/rm`, `A=b "--chdir=/x"`, `"A=b\"`, `"\101=b`} {
		out, err := runAs(t, "", list, "echo ran")
		if err == nil || !strings.HasPrefix(out, "cannot read the environment of odoo.service") {
			t.Errorf("%s: %v: %s", list, err, out)
		}
	}
}

// FuzzAs: whatever the values are, the program gets them to the byte.
func FuzzAs(f *testing.F) {
	f.Add("a b", `50% $HOME \x 'q' "d" *`, false)
	f.Add("a\tb\nc", "\x01\x1b9\x7f", true)
	f.Fuzz(func(t *testing.T, one, two string, old bool) {
		if strings.Contains(one+two, "\x00") {
			return // no variable can have one
		}
		// The shell itself removes the line end after an output.
		out, err := runAs(t, shown([]string{"PATH=" + os.Getenv("PATH"), "TWO=of all"}, old),
			shown([]string{"ONE=" + one, "TWO=" + two}, old), `sh -c 'printf "%s\0" "$ONE" "$TWO"'`)
		if want := one + "\x00" + two + "\x00"; out != want || err != nil {
			t.Errorf("got %q, want %q (%v)", out, want, err)
		}
	})
}

// TestVariables: systemd's own rules read back the values that are written into a unit.
func TestVariables(t *testing.T) {
	t.Parallel()
	i := Instance{Deployment: &inventory.Deployment{Odoo: &inventory.Odoo{Environment: []inventory.Option{
		{Name: "BAR", Value: inventory.Scalar{Text: `50% $HOME \x 'q' "d" *`}},
	}}}}
	if got, want := strings.Join(i.variables(), "\n"), `Environment="BAR=50%% $HOME \\x 'q' \"d\" *"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
