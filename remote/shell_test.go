package remote_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

type scriptCase struct {
	name, script, stdin, stdout, stderr string
	code                                int
}

var every = func() string {
	var b strings.Builder
	for i := range 256 {
		b.WriteByte(byte(i))
	}
	return strings.Repeat(b.String(), 8<<10) + "no newline at the end"
}()

// scripts run one after the other in one shell, so that each also proves that the one
// before left the stream in sync.
var scripts = []scriptCase{
	{name: "empty"},
	{name: "both outputs", script: "echo out; echo err >&2", stdout: "out\n", stderr: "err\n"},
	{name: "exit code", script: "exit 7", code: 7},
	{name: "last command's code", script: "false", code: 1},
	{name: "set -e", script: "set -e\nfalse\necho not reached", code: 1},
	{name: "syntax error", script: "if", code: 2, stderr: "*"},
	{name: "syntax is checked in a subshell", script: "echo alive", stdout: "alive\n"},
	{name: "killed", script: "sh -c 'kill -9 $$'", code: 137, stderr: "*"},
	{name: "newlines at the end", script: "echo a\n\n\n", stdout: "a\n"},
	{name: "backslash at the end", script: `echo a \`, stdout: "a\n"},
	{name: "comment at the end", script: "echo a # b", stdout: "a\n"},
	{name: "here document at the end", script: "cat <<X\nin it\nX", stdout: "in it\n"},
	{name: "quotes", script: `printf '%s\n' '!' "\$x" 'a b'`, stdout: "!\n$x\na b\n"},
	{name: "output without newline", script: "printf x", stdout: "x"},
	{name: "like a frame", script: "echo 0 begin; echo 0 end 3", stdout: "0 begin\n0 end 3\n"},
	{name: "no input", script: "cat; echo $odooctl_payload", stdout: "0\n"},
	{name: "input", script: "cat; echo; echo $odooctl_payload", stdin: "a\nb", stdout: "a\nb\n3\n"},
	{name: "every byte both ways", script: "cat", stdin: every, stdout: every},
	{name: "input not read", script: "echo done", stdin: every, stdout: "done\n"},
	{name: "input half read", script: "head -c 3", stdin: every, stdout: "\x00\x01\x02"},
	{name: "input that looks like a frame", script: "cat >/dev/null", stdin: "x 4 0\nexit"},
	{name: "input closed", script: "exec <&-; echo a", stdin: "x", stdout: "a\n"},
	{name: "surroundings", script: "umask; pwd; echo $LC_ALL; echo $PATH", stdout: "0077\n/\nC\n" +
		"/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin\n"},
	{name: "nothing is left behind", script: "cd /tmp; x=1; PATH=; exit"},
	{name: "nothing was left behind", script: "pwd; echo $x; ls -d /", stdout: "/\n\n/\n"},
	{name: "the nonce is not told", script: "set | grep -E '[0-9a-f]{32}'", code: 1},
	{name: "a trap for the exit", script: "trap 'echo bye' EXIT; exit 3", stdout: "bye\n", code: 3},
	{name: "background job", script: "sleep 600 & echo started", stdout: "started\n"},
	{name: "long script", script: strings.Repeat("# a line of fifty characters, give or take some\n", 10000) +
		"echo end", stdout: "end\n"},
}

func checkScripts(t testing.TB, sh *remote.Shell) {
	for _, c := range scripts {
		got := run(t, sh, c.script, c.stdin)
		if c.stderr == "*" {
			c.stderr = string(got.Stderr)
		}
		if got.Code != c.code || string(got.Stdout) != c.stdout || string(got.Stderr) != c.stderr {
			t.Errorf("%s: got code %d, %s, %s; want code %d, %s, %s", c.name,
				got.Code, brief(string(got.Stdout)), brief(string(got.Stderr)), c.code, brief(c.stdout), brief(c.stderr))
		}
	}
}

func brief(s string) string {
	if len(s) < 200 {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%d bytes %x", len(s), sha256.Sum256([]byte(s)))
}

func TestScripts(t *testing.T) {
	checkScripts(t, shell(t, remotetest.Start(t, remotetest.Faults{}).Config()))
}

// The start-up files print, the locale is foreign, and dd is an old one.
func TestScriptsOnAnOddHost(t *testing.T) {
	dir := t.TempDir()
	login := filepath.Join(dir, "login")
	executable(t, login, "#!/bin/sh\necho 'Welcome! 1 begin'\necho careful >&2\nexec /bin/sh -c \"$2\"\n")
	srv := remotetest.Start(t, remotetest.Faults{LoginShell: login})
	checkScripts(t, shell(t, srv.Config()))
}

func TestStart(t *testing.T) {
	dir := t.TempDir()
	login := filepath.Join(dir, "login")
	executable(t, login, "#!/bin/sh\necho 'Welcome! 1 key'\necho careful >&2\nexec /bin/sh -c \"$2\"\n")
	srv := remotetest.Start(t, remotetest.Faults{LoginShell: login})
	for _, c := range scripts {
		if c.stdin != "" {
			continue
		}
		sh, got, err := dial(t, srv.Config()).Start(deadline(t), c.script)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.stderr == "*" {
			c.stderr = string(got.Stderr)
		}
		if got.Code != c.code || string(got.Stdout) != c.stdout || string(got.Stderr) != c.stderr {
			t.Errorf("%s: got code %d, %s, %s", c.name, got.Code, brief(string(got.Stdout)), brief(string(got.Stderr)))
		}
		if got := run(t, sh, "cat", "input"); string(got.Stdout) != "input" {
			t.Errorf("%s: the script after it gave %q", c.name, got.Stdout)
		}
		sh.Close()
	}
}

func TestSlowNetwork(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 0)
	sh := shell(t, srv.ConfigAt(proxy.Addr))
	if got := run(t, sh, "cat", every); string(got.Stdout) != every {
		t.Errorf("got %d bytes, want %d", len(got.Stdout), len(every))
	}
}

func TestScriptsQueueUp(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{}).Config())
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			got, err := sh.Run(deadline(t), fmt.Sprintf("echo %d", i), nil)
			if want := fmt.Sprintf("%d\n", i); err != nil || string(got.Stdout) != want {
				t.Errorf("got %q, %v, want %q", got.Stdout, err, want)
			}
		})
	}
	all.Wait()
}

func TestOutputIsBounded(t *testing.T) {
	c := remotetest.Start(t, remotetest.Faults{}).Config()
	c.MaxOutput = 1 << 20
	sh := shell(t, c)
	if got := run(t, sh, "head -c 1048576 /dev/zero", ""); len(got.Stdout) != 1<<20 {
		t.Errorf("got %d bytes", len(got.Stdout))
	}
	_, err := sh.Run(deadline(t), "yes", nil)
	wantError(t, err, remote.ShellFailed, "more than 1048576 bytes")
	_, err = sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.ShellFailed)
}

func TestScriptWithNUL(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{}).Config())
	if _, err := sh.Run(deadline(t), "echo a\x00b", nil); err == nil {
		t.Error("a script with a NUL byte was taken")
	}
	if got := run(t, sh, "echo a", ""); !bytes.Equal(got.Stdout, []byte("a\n")) {
		t.Errorf("got %q", got.Stdout)
	}
}
