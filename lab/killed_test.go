//go:build lab

package lab_test

import (
	"context"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"odooctl/lab"
)

var killedSubnet = netip.MustParsePrefix("198.18.244.0/24")

// TestMain lets the test binary act as a program that makes a lab and is killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("LAB_TEST_UP"); name != "" {
		os.Exit(upForever(name))
	}
	os.Exit(m.Run())
}

func upForever(name string) int {
	hosts, err := lab.Select(lab.Standard(), []string{"db1", "web1"})
	if err != nil {
		return 3
	}
	l, err := lab.New(lab.Config{Name: name, Subnet: killedSubnet, Hosts: hosts, Cache: os.Getenv("ODOOCTL_LAB_CACHE"),
		Progress: os.Stderr})
	if err != nil {
		return 3
	}
	if err := l.Up(context.Background()); err != nil {
		os.Stderr.WriteString(err.Error())
		return 4
	}
	time.Sleep(time.Hour)
	return 0
}

// TestKilledLabIsSwept kills a process that makes a lab at several moments, and then
// has another one make the lab, or remove it.
func TestKilledLabIsSwept(t *testing.T) {
	l := newLab(t, "testkill", killedSubnet.String(), "db1", "web1")
	up(t, l)
	down(t, l)
	for _, after := range []time.Duration{30 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond,
		1200 * time.Millisecond, 8 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			killAfter(t, l.Name(), after)
			down(t, l)
		})
	}
	killAfter(t, l.Name(), 900*time.Millisecond)
	up(t, l)
	if got := ssh(t, l, "deploy", "db1", "sudo -n hostname"); got != "db1" {
		t.Errorf("the lab made after a killed one: %q", got)
	}

	pid, err := l.Host("web1").PID()
	if err != nil {
		t.Fatal(err)
	}
	killSupervisor(t, pid)
	up(t, l)
	if got := ssh(t, l, "deploy", "web1", "hostname"); got != "web1" {
		t.Errorf("the lab made after a host's systemd-nspawn was killed: %q", got)
	}
}

func killAfter(t *testing.T, name string, after time.Duration) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var complaint strings.Builder
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "LAB_TEST_UP="+name)
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the process ended before it was killed: %v: %s", err, complaint.String())
	}
}

// killSupervisor kills the systemd-nspawn that is the parent of a host's first process.
func killSupervisor(t *testing.T, init int) {
	t.Helper()
	parent := parentOf(t, init)
	command, err := os.ReadFile(procFile(parent, "cmdline"))
	if err != nil || !strings.HasPrefix(string(command), "systemd-nspawn\x00") {
		t.Fatalf("the parent of %d is %q, %v", init, command, err)
	}
	if err := syscall.Kill(parent, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func procFile(pid int, name string) string { return filepath.Join("/proc", strconv.Itoa(pid), name) }

func parentOf(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(procFile(pid, "status"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "\nPPid:")
	parent, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return parent
}
