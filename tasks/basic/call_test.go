package basic

import (
	"os"
	"os/exec"
	"testing"
)

// What a command makes can be read by others, as if an administrator had run it, whatever
// the umask of the shell that runs it.
func TestUmask(t *testing.T) {
	users := []string{""}
	if os.Geteuid() == 0 { // it takes root to become another user
		users = append(users, "nobody")
	}
	for _, c := range []struct{ umask, want string }{{"", "0022\n"}, {"027", "0027\n"}, {"0077", "0077\n"}} {
		for _, user := range users {
			call := Call{Umask: c.umask, User: user}
			out, err := exec.Command("sh", "-c", "umask 077\n"+call.as("umask", "/dev/null")).CombinedOutput()
			if string(out) != c.want {
				t.Errorf("umask %q, user %q: got %q, %v; want %q", c.umask, user, out, err, c.want)
			}
		}
	}
}
