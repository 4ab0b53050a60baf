package basic

import (
	"os/exec"
	"testing"
)

// What a command makes can be read by others, as if an administrator had run it, whatever
// the umask of the shell that runs it.
func TestUmask(t *testing.T) {
	for _, c := range []struct{ umask, want string }{{"", "0022\n"}, {"027", "0027\n"}, {"0077", "0077\n"}} {
		for _, user := range []string{"", "nobody"} {
			call := Call{Umask: c.umask, User: user}
			if user != "" {
				call.Cwd = "/"
			}
			out, err := exec.Command("sh", "-c", "umask 077\n"+call.as("umask", "/dev/null")).CombinedOutput()
			if string(out) != c.want {
				t.Errorf("umask %q, user %q: got %q, %v; want %q", c.umask, user, out, err, c.want)
			}
		}
	}
}
