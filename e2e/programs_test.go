//go:build lab

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// bareLogin is how many programs a bare login starts on a host, at least.
const bareLogin = 11

// TestProgramBudget: what a plan costs a host is the number of programs that it starts there, those of the login
// included.
func TestProgramBudget(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "-l", "next1", inventory())
	for host, most := range map[string]int{"db1": 29, "web1": 27, "app1": 30, "next1": 40} {
		if n := started(t, host, func() { odooctl(t, "plan", "-l", host, inventory()).want(t, 0) }); n > most {
			t.Errorf("a plan starts %d programs on %s, want %d at most", n, host, most)
		}
	}
	setting := func(memory string) string {
		return edited(t, "      host: next1", "      host: next1\n      settings: {work_mem: "+memory+"}")
	}
	odooctl(t, "apply", "-l", "next1", "--at-once", setting("5MB")).want(t, 0)
	file := setting("6MB")
	const most = 104
	if n := started(t, "next1", func() {
		odooctl(t, "apply", "-l", "next1", "--at-once", file).want(t, 0).has(t, "2 changes")
	}); n > most {
		t.Errorf("an apply of one changed setting starts %d programs on next1, want %d at most", n, most)
	}
}

var execs = regexp.MustCompile(`(?m)^\d+ +(?:execve\(|<\.\.\. execve resumed).* = 0$`)

// started counts the programs that the host's sshd and what it starts begin, while something is done.
func started(t *testing.T, host string, do func()) int {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	trace := exec.Command("strace", "-f", "-q", "-e", "trace=execve", "-e", "signal=none", "-o", file, "-p",
		strconv.Itoa(loginServer(t, host)))
	if err := trace.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, func() error { // attached: it is the tracer of sshd
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", loginServer(t, host)))
		if err == nil && !strings.Contains(string(status), fmt.Sprintf("\nTracerPid:\t%d\n", trace.Process.Pid)) {
			err = fmt.Errorf("strace does not see the sshd of %s", host)
		}
		return err
	})
	do()
	trace.Process.Signal(os.Interrupt)
	trace.Wait()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := len(execs.FindAll(text, -1))
	if t.Logf("%s: %d programs", host, n); n < bareLogin {
		t.Errorf("%s: %d programs are fewer than a login starts: strace has not seen all", host, n)
	}
	return n
}

// loginServer is the process of this machine that takes the host's logins.
func loginServer(t *testing.T, host string) int {
	t.Helper()
	first, err := fleet.Host(host).PID()
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		status, _ := os.ReadFile(file) // it may have ended
		of := fmt.Sprintf("\nPPid:\t%d\n", first)
		if strings.HasPrefix(string(status), "Name:\tsshd\n") && strings.Contains(string(status), of) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			return pid
		}
	}
	t.Fatalf("%s has no sshd", host)
	return 0
}
