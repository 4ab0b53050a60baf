//go:build lab

package lab_test

import (
	"context"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/lab"
)

// newLab returns a lab that is removed at the end of the test. Its name is the same in each run, so that a run also
// removes what a killed one left.
func newLab(t *testing.T, name, subnet string, hosts ...string) *lab.Lab {
	t.Helper()
	chosen, err := lab.Select(lab.Standard(), hosts)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.New(lab.Config{
		Name: name, Subnet: netip.MustParsePrefix(subnet), Hosts: chosen,
		Cache: os.Getenv("ODOOCTL_LAB_CACHE"), Progress: t.Output(), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { down(t, l) })
	return l
}

func up(t *testing.T, l *lab.Lab) {
	t.Helper()
	if err := l.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// down removes the lab and checks that nothing of it is left on this machine.
func down(t *testing.T, l *lab.Lab) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := l.Down(ctx); err != nil {
		t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), l.Dir()+"/") {
		t.Errorf("something below %s is still mounted (%v)", l.Dir(), err)
	}
	groups, err := filepath.Glob("/sys/fs/cgroup/*/odooctl-lab/" + l.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(groups, l.Dir(), "/sys/class/net/"+l.Bridge(), "/sys/fs/cgroup/odooctl-lab/"+l.Name()) {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	if running, err := l.Running(); running || err != nil {
		t.Errorf("processes are left: %v, %v", running, err)
	}
}

func run(t *testing.T, l *lab.Lab, host, script string) string {
	t.Helper()
	out, err := l.Host(host).Exec(t.Context(), script)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// ssh runs a command over SSH and returns what it wrote.
func ssh(t *testing.T, l *lab.Lab, user, host, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ssh", "-F", l.SSHConfig(), "-o", "BatchMode=yes", "-l", user, host,
		command).CombinedOutput()
	if err != nil {
		t.Fatalf("ssh %s@%s %s: %v: %s", user, host, command, err, out)
	}
	return strings.TrimSpace(string(out))
}
