package inventory

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// device makes a null device of the test's own; root alone may, and others get a pipe.
func device(t *testing.T, dir string) {
	name := filepath.Join(dir, "name")
	err := syscall.Mknod(name, syscall.S_IFCHR|0o666, 1<<8|3)
	if errors.Is(err, syscall.EPERM) {
		err = syscall.Mkfifo(name, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestReplaceFile lays something at name, and says what it then is.
func TestReplaceFile(t *testing.T) {
	text := func(t *testing.T, dir, name string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	link := func(t *testing.T, dir, name, to string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name  string
		lay   func(t *testing.T, dir string)
		wrote string      // the file that is new
		mode  os.FileMode // of it
		err   string
	}{
		{name: "nothing", lay: func(*testing.T, string) {}, wrote: "name", mode: 0o600},
		{name: "file", lay: func(t *testing.T, d string) { text(t, d, "name") }, wrote: "name", mode: 0o640},
		{name: "link", lay: func(t *testing.T, d string) { text(t, d, "real"); link(t, d, "name", "real") }, wrote: "real",
			mode: 0o640},
		{name: "link to nothing", lay: func(t *testing.T, d string) { link(t, d, "name", "real") }, wrote: "real",
			mode: 0o600},
		{name: "links", lay: func(t *testing.T, d string) {
			os.Mkdir(filepath.Join(d, "sub"), 0o755)
			text(t, d, "sub/real")
			link(t, d, "sub/next", "real")
			link(t, d, "name", filepath.Join(d, "sub/next"))
		}, wrote: "sub/real", mode: 0o640},
		{name: "link to itself", lay: func(t *testing.T, d string) { link(t, d, "name", "name") },
			err: "too many levels of symbolic links"},
		{name: "device", lay: device, err: "which is not replaced"},
		{name: "open file", lay: func(t *testing.T, d string) { link(t, d, "name", "/proc/self/fd/0") },
			err: "open file of a process"},
		{name: "folder", lay: func(t *testing.T, d string) { os.Mkdir(filepath.Join(d, "name"), 0o755) }, err: "is a folder"},
		{name: "pipe", lay: func(t *testing.T, d string) { syscall.Mkfifo(filepath.Join(d, "name"), 0o600) },
			err: "is a pipe"},
		{name: "socket", lay: func(t *testing.T, d string) {
			l, err := net.Listen("unix", filepath.Join(d, "name"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		}, err: "is a socket"},
		{name: "no folder", lay: func(t *testing.T, d string) { link(t, d, "name", "none/real") }, err: "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "replace") // short: a socket's name has 108 bytes
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(dir) })
			test.lay(t, dir)
			name := filepath.Join(dir, "name")
			before, _ := os.Lstat(name)
			err = ReplaceFile(name, []byte("new"), 0)
			if test.err != "" {
				after, statErr := os.Lstat(name)
				if err == nil || !strings.Contains(err.Error(), test.err) || statErr != nil || !os.SameFile(before, after) {
					t.Errorf("%v, want %q, and what was there untouched: %v", err, test.err, statErr)
				}
				if left, _ := filepath.Glob(filepath.Join(dir, ".name*")); left != nil {
					t.Errorf("left behind: %v", left)
				}
				return
			}
			data, readErr := os.ReadFile(filepath.Join(dir, test.wrote))
			info, statErr := os.Lstat(filepath.Join(dir, test.wrote))
			if err := errors.Join(err, readErr, statErr); err != nil {
				t.Fatal(err)
			}
			if string(data) != "new" || info.Mode() != test.mode {
				t.Errorf("%s is %q, mode %v; want \"new\", %v", test.wrote, data, info.Mode(), test.mode)
			}
			if after, _ := os.Lstat(name); test.wrote != "name" && after.Mode()&os.ModeSymlink == 0 {
				t.Errorf("the link is gone: %v", after.Mode())
			}
		})
	}
}
