package remote

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// The login shell may be fish or csh: no character of the command may mean
// something to them between single quotes.
func TestCommandSuitsEveryLoginShell(t *testing.T) {
	for _, c := range []Config{{User: "root"}, {User: "deploy", Sudo: true}} {
		if opening := c.opening("n", "echo 'a!' \\\n"); strings.ContainsAny(opening, "!\\\n`") || strings.Count(opening, "'") != 2 {
			t.Errorf("%s: holds a character that csh or fish takes amiss", opening)
		}
		command := c.command()
		if strings.ContainsAny(command, "!\\\n`") || strings.Count(command, "'") != 2 {
			t.Errorf("%s: holds a character that csh or fish takes amiss", command)
		}
	}
}

func TestBootstrapIsOneLine(t *testing.T) {
	if text := bootstrap(60); strings.ContainsAny(text, "\n\x00") || strings.Contains(text, "%!") || !strings.Contains(text, "sleep 60") {
		t.Errorf("not one line of sh: %s", text)
	}
}

// A dd without fullblock (old busybox) reads byte by byte instead.
func TestBootstrapWithOldDD(t *testing.T) {
	old := strings.Replace(bootstrap(60), "iflag=fullblock", "iflag=unheardof", 1)
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
	fmt.Fprintf(stdin, "%s\n%s%s", old, encode("n1", "cat", []byte("a\x00b")), encode("n2", "exit 3", nil))
	want := "n1 begin\na\x00bn1 end 0\nn2 begin\nn2 end 3\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(stdout, got); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the shell ended with %v", err)
	}
}
