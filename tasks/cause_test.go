package tasks

import (
	"os/exec"
	"strings"
	"testing"
)

// TestCause: of a log that ends in a traceback, why and where come first.
func TestCause(t *testing.T) {
	t.Parallel()
	const traceback = `INFO odoo: starting
Traceback (most recent call last):
  File "/usr/bin/odoo", line 8, in <module>
    odoo.cli.main()
  File "/opt/odoo/addons/shop/models.py", line 5
    def broken(:
               ^
SyntaxError: invalid syntax
`
	units, err := verbFiles.ReadFile("verbs/units.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, log, want string }{
		{"empty", "", ""},
		{"no traceback", "one\ntwo\n", "one\ntwo\n"},
		{"traceback", traceback + "INFO odoo: the end\n", `SyntaxError: invalid syntax
  File "/opt/odoo/addons/shop/models.py", line 5
    def broken(:
               ^
` + traceback + "INFO odoo: the end\n"},
		{"the last one", traceback + "Traceback (most recent call last):\n  File \"b.py\", line 1, in f\n    x()\n" +
			"KeyError: 'b'\n" + strings.Repeat("more\n", 10),
			"KeyError: 'b'\n  File \"b.py\", line 1, in f\n    x()\n" + strings.Repeat("more\n", 10)},
		{"cut off", "Traceback (most recent call last):\n  File \"b.py\", line 1, in f\n",
			"Traceback (most recent call last):\n  File \"b.py\", line 1, in f\n"},
		{"long", strings.Repeat("a line\n", 100), strings.Repeat("a line\n", 10)},
	} {
		_, verb, ok := strings.Cut(string(units), "\ncause() {\n")
		if !ok {
			t.Fatal("units.sh has no cause")
		}
		verb, _, _ = strings.Cut(verb, "\n}\n")
		cmd := exec.CommandContext(t.Context(), "sh", "-c", verb)
		cmd.Stdin = strings.NewReader(c.log)
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, out, c.want)
		}
	}
}
