package remote_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// prompting is a sudo that wants a password, as sudo(8) does with -S and -p. It keeps
// its input for the test to check.
const prompting = `
while getopts nSp: o; do case $o in n) n=1 ;; S) s=1 ;; p) prompt=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
[ -z "$n" ] || { echo "sudo: a password is required" >&2; exit 1; }
echo "We trust you have received the usual lecture." >&2
for try in 1 2 3; do
	printf '%%s%%s' %q "$prompt" >&2
	IFS= read -r password || exit 1
	echo "$password" >>%s/read
	[ "$password" != "it's right" ] || exec "$@"
	echo "Sorry, try again." >&2
done
echo "sudo: 3 incorrect password attempts" >&2
exit 1`

func TestSudoPassword(t *testing.T) {
	for _, c := range []struct{ name, before, password, says string }{
		{name: "right", password: "it's right"},
		{name: "right, prompt of sudo-rs", before: "[sudo: ", password: "it's right"},
		{name: "wrong", password: "guess", says: "sudo refused the password"},
		{name: "empty", password: "", says: "sudo refused the password"},
		{name: "two lines", password: "a\nb", says: "line end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := remotetest.Start(t, remotetest.Faults{})
			executable(t, filepath.Join(srv.Home, "sudo"),
				"#!/bin/sh\n"+fmt.Sprintf(prompting, c.before, srv.Home)+"\n")
			config := srv.Config()
			config.Sudo = true
			config.SudoPassword = func(context.Context) (string, error) { return c.password, nil }
			_, result, err := dial(t, config).Start(deadline(t), "cat /proc/$$/cmdline; env; echo ok")
			if c.says == "" {
				if err != nil || !strings.HasSuffix(string(result.Stdout), "ok\n") {
					t.Fatalf("got %q, %v", result.Stdout, err)
				}
				if strings.Contains(string(result.Stdout), c.password) {
					t.Errorf("the password is in argv or in the environment: %q", result.Stdout)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want %q", err, c.says)
			}
			if read, _ := os.ReadFile(filepath.Join(srv.Home, "read")); strings.Count(string(read), "\n") > 1 {
				t.Errorf("sudo was answered more than once: %q", read)
			}
		})
	}
}

// A host that does not ask does not see the password.
func TestSudoDoesNotAsk(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	executable(t, filepath.Join(srv.Home, "sudo"),
		"#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n")
	config := srv.Config()
	config.Sudo = true
	config.SudoPassword = func(context.Context) (string, error) {
		t.Error("the password was asked for")
		return "secret", nil
	}
	sh, result, err := dial(t, config).Start(deadline(t), "echo ok")
	if err != nil || string(result.Stdout) != "ok\n" {
		t.Fatalf("got %q, %v", result.Stdout, err)
	}
	if got := run(t, sh, "cat", every); string(got.Stdout) != every {
		t.Error("the shell does not carry every byte")
	}
}

// A sudo that wants a terminal gets one, and the streams stay separate and unchanged.
func TestSudoTerminal(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	executable(t, filepath.Join(srv.Home, "sudo"), `#!/bin/sh
true 2>/dev/null </dev/tty || { echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1; }
while [ "$1" != -- ]; do shift; done; shift; exec "$@"
`)
	config := srv.Config()
	config.Sudo = true
	sh, result, err := dial(t, config).Start(deadline(t), "echo ok; echo err >&2")
	if err != nil || string(result.Stdout) != "ok\n" || string(result.Stderr) != "err\n" {
		t.Fatalf("got %q %q, %v", result.Stdout, result.Stderr, err)
	}
	checkScripts(t, sh)
}

// doas is used where there is no sudo.
func TestDoas(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"sh", "cat", "dd", "rm", "sleep"} {
		if err := os.Symlink("/bin/"+name, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	executable(t, filepath.Join(bin, "doas"), "#!/bin/sh\n[ \"$1\" = -n ] || exit 1; shift; DOAS=1 exec \"$@\"\n")
	srv := remotetest.Start(t, remotetest.Faults{Env: []string{"PATH=" + bin}})
	config := srv.Config()
	config.Sudo = true
	_, result, err := dial(t, config).Start(deadline(t), "echo $DOAS")
	if err != nil || string(result.Stdout) != "1\n" {
		t.Fatalf("got %q, %v", result.Stdout, err)
	}
	os.Remove(filepath.Join(bin, "doas"))
	_, _, err = dial(t, config).Start(deadline(t), "echo $DOAS")
	wantError(t, err, remote.Sudo, "install sudo or doas")
}
