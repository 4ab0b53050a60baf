package remote

import (
	"io"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// The login shell may be fish or csh: a script reaches /bin/sh whole through each that is installed here, and the
// command has no character that csh interprets between single quotes.
func TestCommandSuitsEveryLoginShell(t *testing.T) {
	var every []byte
	for c := byte(1); c < 255; c++ {
		every = append(every, c)
	}
	text := string(slices.DeleteFunc(every, func(c byte) bool { return c == '\'' }))
	command := encoded("printf %s 'a!" + strings.Repeat(text, 20) + "'\n")
	if strings.ContainsAny(command, "!\n") {
		t.Errorf("%s: has a character that csh interprets", command)
	}
	for _, shell := range []string{"sh", "bash", "csh", "tcsh", "fish", "zsh", "mksh", "busybox"} {
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("no %s here", shell)
			continue
		}
		args := []string{"-c", command}
		if shell == "busybox" {
			args = append([]string{"sh"}, args...)
		}
		out, err := exec.Command(shell, args...).CombinedOutput()
		if err != nil || string(out) != "a!"+strings.Repeat(text, 20) {
			t.Errorf("%s: %v, %d bytes: %.300q", shell, err, len(out), out)
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
	old := strings.Replace(bootstrap(60), "iflag=fullblock", "iflag=unheardof", 2)
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
