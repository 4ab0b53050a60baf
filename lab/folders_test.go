package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRemoveRefusesToGoThroughAMount(t *testing.T) {
	base := t.TempDir()
	precious := filepath.Join(base, "lab", "hosts", "db1", "root", "precious")
	if err := os.MkdirAll(filepath.Dir(precious), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, []byte("data"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(filepath.Join(base, "lab"), link); err != nil {
		t.Fatal(err)
	}
	mounted := mountTable{{point: filepath.Dir(precious), fstype: "overlay"}}

	for _, path := range []string{filepath.Join(base, "lab"), filepath.Dir(precious), link} {
		err := removeUnmounted(mounted, path)
		if err == nil || !strings.Contains(err.Error(), "refused, overlay is mounted on "+filepath.Dir(precious)) {
			t.Errorf("remove %s: %v", path, err)
		}
		if _, err := os.Stat(precious); err != nil {
			t.Fatalf("removing %s destroyed the mounted file system: %v", path, err)
		}
	}
	if err := removeUnmounted(nil, filepath.Join(base, "lab")); err != nil {
		t.Errorf("nothing is mounted and yet: %v", err)
	}
	if isDir(filepath.Join(base, "lab")) {
		t.Error("the folder is still there")
	}
	if err := removeUnmounted(nil, filepath.Join(base, "lab")); err != nil {
		t.Errorf("removing what is not there: %v", err)
	}
}

func TestRemoveTreeReadsTheMounts(t *testing.T) {
	if err := removeTree("/proc"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Fatalf("removing /proc: %v", err)
	}
}

func TestLockFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab")
	unlock, err := lockFolder(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	waited := 0
	if _, err := lockFolder(soon, path, func() { waited++ }); !errors.Is(err, context.DeadlineExceeded) || waited != 1 {
		t.Fatalf("a second holder got %v after waiting %d times", err, waited)
	}

	acquired := make(chan error)
	go func() {
		again, err := lockFolder(t.Context(), path, nil)
		if err == nil {
			again()
		}
		acquired <- err
	}()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	unlock()
	if err := <-acquired; err != nil {
		t.Errorf("no lock after the holder removed the folder: %v", err)
	}
}

func TestRemoveCgroupTreeTakesFoldersOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "dev")
	if err := os.MkdirAll(filepath.Join(folder, "db1", "payload", "system.slice"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := removeCgroupTree(folder); err != nil || isDir(folder) {
		t.Errorf("%v", err)
	}
	if err := removeCgroupTree(folder); err != nil {
		t.Errorf("removing what is not there: %v", err)
	}
	file := filepath.Join(folder, "file")
	if err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := removeCgroupTree(folder); err == nil {
		t.Error("a folder with a file in it is no cgroup, and is removed")
	}
}
