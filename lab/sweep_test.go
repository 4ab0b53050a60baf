//go:build lab

package lab_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"odooctl/lab"
)

func TestImageInUseIsKept(t *testing.T) {
	base := t.TempDir()
	cache, disk := filepath.Join(base, "cache"), filepath.Join(base, "disk")
	file := filepath.Join(cache, "bookworm-0123456789ab", "file")
	for _, folder := range []string{filepath.Dir(file), disk, filepath.Join(base, "upper"),
		filepath.Join(base, "work")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	options := "lowerdir=" + filepath.Dir(file) + ",upperdir=" + base + "/upper,workdir=" + base + "/work"
	if err := syscall.Mount("overlay", disk, "overlay", 0, options); err != nil {
		t.Fatal(err)
	}
	err := lab.RemoveImages(t.Context(), cache)
	unmounted := syscall.Unmount(disk, 0)
	if unmounted != nil {
		t.Fatal(unmounted)
	}
	if err == nil || !strings.Contains(err.Error(), "a host runs on it, its disk is mounted on "+disk) {
		t.Errorf("removing an image in use: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	if err := lab.RemoveImages(t.Context(), cache); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(file)); err == nil {
		t.Error("the image is still there")
	}
}

// TestNothingLeaves asks the kernel for the route of a packet to a host that is not up;
// none is sent.
func TestNothingLeaves(t *testing.T) {
	l := newLab(t, "testroute", "198.18.243.0/24", "db1")
	up(t, l)
	down(t, l)
	for _, address := range []string{"198.18.243.2", "198.19.255.254"} {
		out, err := exec.Command("ip", "route", "get", address).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "Invalid argument") {
			t.Errorf("a packet for %s would go out: %s", address, out)
		}
	}
}

func TestSweepSparesARunningLab(t *testing.T) {
	l := newLab(t, "testsweep", "198.18.242.0/24", "db1")
	up(t, l)
	if removed, err := l.Sweep(t.Context()); removed || err != nil {
		t.Errorf("a running lab is swept: %v, %v", removed, err)
	}
	if got := ssh(t, l, "root", "db1", "hostname"); got != "db1" {
		t.Errorf("after the sweep: %q", got)
	}
	if err := l.Host("db1").Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if removed, err := l.Sweep(t.Context()); !removed || err != nil {
		t.Errorf("a lab without a running host is not swept: %v, %v", removed, err)
	}
}
