package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ReplaceFile writes a file beside the target and renames it, so that after a crash the
// target is either the old or the new file. A link is followed, and stays. Anything but a
// regular file (a device, a pipe, a folder) is never replaced: that is an error, and
// nothing is written. An existing file keeps its owner and, if mode is 0, its mode; a new
// one then has 0600.
func ReplaceFile(name string, data []byte, mode fs.FileMode) error {
	name, old, err := replaced(name)
	if err != nil {
		return err
	}
	switch {
	case mode == 0 && old != nil:
		mode = old.Mode().Perm()
	case mode == 0:
		mode = 0o600
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := keepOwner(f, old); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// maxLinks is how many links Linux follows for one name, path_resolution(7).
const maxLinks = 40

// replaced follows the links of a name to the file that it stands for. info is nil where
// there is none.
func replaced(name string) (target string, info fs.FileInfo, err error) {
	target = name
	for range maxLinks {
		info, err = os.Lstat(target)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return target, nil, nil
		case err != nil:
			return "", nil, err
		case info.Mode().IsRegular():
			return target, info, nil
		case info.Mode()&fs.ModeSymlink == 0:
			return "", nil, fmt.Errorf("%s is %s, which is not replaced by a file", name, kindOf(info.Mode()))
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(target))
		if err != nil {
			return "", nil, err
		}
		if strings.HasPrefix(dir+"/", "/proc/") { // /dev/stdout leads there: it has no name of its own
			return "", nil, fmt.Errorf("%s is an open file of a process, which is not replaced: name a file", name)
		}
		to, err := os.Readlink(target)
		if err != nil {
			return "", nil, err
		}
		if target = to; !filepath.IsAbs(to) {
			target = filepath.Join(dir, to)
		}
	}
	return "", nil, fmt.Errorf("%s: %w", name, syscall.ELOOP)
}

// kindOf names a kind of file that is not a regular file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeDevice != 0:
		return "a device"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "not a regular file"
}

// keepOwner gives a new file the owner and group of the old one. A user other than root
// may not be allowed to: then the file is the user's.
func keepOwner(f *os.File, old fs.FileInfo) error {
	if old == nil {
		return nil
	}
	was, ok := old.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	err := f.Chown(int(was.Uid), int(was.Gid))
	if os.Geteuid() != 0 && errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
