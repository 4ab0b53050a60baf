package remote

import (
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// The login shell may be fish or csh: the command has no character that they interpret
// between single quotes.
func TestCommandSuitsEveryLoginShell(t *testing.T) {
	for _, c := range []Config{{User: "root"}, {User: "deploy", Sudo: true}} {
		if opening := c.opening("n", "echo 'a!' \\\n"); strings.ContainsAny(opening, "!\\\n`") ||
			strings.Count(opening, "'") != 2 {
			t.Errorf("%s: holds a character that csh or fish takes amiss", opening)
		}
		command := c.command()
		if strings.ContainsAny(command, "!\\\n`") || strings.Count(command, "'") != 2 {
			t.Errorf("%s: holds a character that csh or fish takes amiss", command)
		}
	}
}

func TestBootstrapIsOneLine(t *testing.T) {
	if text := bootstrap(60); strings.ContainsAny(text, "\n\x00") || strings.Contains(text, "%!") ||
		!strings.HasPrefix(text, "set -- 60; silence=$1; ") {
		t.Errorf("not one line of sh: %s", text)
	}
}

// startBootstrap runs a bootstrap and writes frames to it.
func startBootstrap(t *testing.T, program, frames string) (io.WriteCloser, io.Reader) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", `IFS= read -r program; eval "$program"`)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the shell ended with %v", err)
		}
	})
	if _, err := io.WriteString(stdin, program+"\n"+frames); err != nil {
		t.Fatal(err)
	}
	return stdin, stdout
}

// A dd without fullblock (old busybox) reads byte by byte instead.
func TestBootstrapWithOldDD(t *testing.T) {
	old := strings.Replace(bootstrap(60), "iflag=fullblock", "iflag=unheardof", 1)
	_, stdout := startBootstrap(t, old, string(encode("n1", "cat", []byte("a\x00b")))+
		string(encode("n2", "exit 3", nil)))
	want := "n1 begin\na\x00bn1 end 0\nn2 begin\nn2 end 3\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(stdout, got); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// Input that ends with the frame means that the controller was gone before the script
// could set its trap: the script must not go on.
func TestBootstrapEndsWithItsInput(t *testing.T) {
	for range 20 {
		stdin, stdout := startBootstrap(t, bootstrap(60),
			string(encode("n1", "trap 'exit 6' TERM; sleep 0.3; echo ran", nil)))
		stdin.Close()
		if got, err := io.ReadAll(stdout); err != nil || strings.Contains(string(got), "ran") {
			t.Fatalf("got %q, %v", got, err)
		}
	}
}

// A frame whose end differs from its start runs nothing.
func TestBootstrapRefusesCutFrames(t *testing.T) {
	whole := string(encode("n1", "echo ran", []byte("input")))
	for _, frame := range []string{
		strings.Replace(whole, "inputn1\n", "inputn2\n", 1),
		strings.Replace(whole, "input", "in", 1) + "more\n",
	} {
		_, stdout := startBootstrap(t, bootstrap(60), frame)
		if got, err := io.ReadAll(stdout); err != nil || len(got) > 0 {
			t.Errorf("%q: got %q, %v", frame, got, err)
		}
	}
}
