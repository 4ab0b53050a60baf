package nginx

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// TestPortsFree: what listens on nginx's ports has to be the unit's, for which an nginx that somebody has started by
// hand is none; and workers are those of the unit's main process.
func TestPortsFree(t *testing.T) {
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	unit := "" // what all processes are of, where this machine has one cgroup
	for line := range strings.Lines(string(groups)) {
		if of := path.Base(strings.SplitN(strings.TrimSpace(line), ":", 3)[2]); of != "/" {
			unit = of
		}
	}
	name, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(bin, file), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func(script string) (string, error) {
		cmd := exec.Command("/bin/sh", "-c", script)
		cmd.Env = []string{"PATH=" + bin}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	write("ss", fmt.Sprintf("echo 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=%d,fd=6))'\n"+
		"echo 'LISTEN 0 511 [::]:80 [::]:* users:((\"nginx\",pid=%[1]d,fd=7))'\n", os.Getpid()))
	free := func(unit string) (string, error) {
		return run(tasks.Listens + shell.Call(ports, "ports_free", unit, "sport = :80"))
	}
	if out, err := free(unit); err != nil || out != "" {
		t.Errorf("the unit's own: %v, %q", err, out)
	}
	taken := fmt.Sprintf(" is taken by %s (process %d)\n", strings.TrimSpace(string(name)), os.Getpid())
	want := "0.0.0.0:80" + taken + "[::]:80" + taken + "stop that program, or give it another port\n"
	if out, err := free("another.service"); err == nil || out != want {
		t.Errorf("of somebody else: %v, %q, want %q", err, out, want)
	}
	write("ss", "")
	if out, err := free("another.service"); err != nil || out != "" {
		t.Errorf("nothing listens: %v, %q", err, out)
	}

	master := exec.Command("sh", "-c", "sleep 60 & echo $!; read -r end; kill $!")
	end, err := master.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := master.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { end.Close(); master.Wait() }()
	worker, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	write("systemctl", fmt.Sprintf("echo %d\n", master.Process.Pid))
	if out, err := run(shell.Call(workers, "workers")); err != nil || strings.TrimSpace(out) != strings.TrimSpace(worker) {
		t.Errorf("workers: %v, %q, want %q", err, out, worker)
	}
	write("systemctl", "echo 0\n")
	if out, err := run(shell.Call(workers, "workers")); err == nil {
		t.Errorf("a unit that does not run has the workers %q", out)
	}
}
