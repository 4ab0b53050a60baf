package shell_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"odooctl/remote/shell"
)

func ExampleWords() {
	fmt.Println("cp " + shell.Words("--", "/etc/odoo/odoo.conf", "it's kept"))
	// Output: cp -- /etc/odoo/odoo.conf 'it'\''s kept'
}

func ExamplePattern() {
	fmt.Println(shell.Pattern("/srv/my files/*.conf"))
	// Output: /srv/my' 'files/*.conf
}

// FuzzQuote: a shell gives back what was quoted, byte by byte.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "plain", "a b", "it's", `$HOME \ "x" ` + "`id`", "a=b", "~", "-n", "*", "a\n",
		"\xff\x01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			return // no word can have one
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "printf %s. "+shell.Words(s, s)).Output()
		if got, want := string(out), s+"."+s+"."; err != nil || got != want {
			t.Errorf("%q comes back as %q (%v)", s, got, err)
		}
	})
}
