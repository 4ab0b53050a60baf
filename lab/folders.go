package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// removeTree removes a folder with everything in it. It fails if anything is mounted at
// or below the folder: removing through a mount destroys what is mounted, such as a
// running host.
func removeTree(path string) error {
	table, err := readMounts()
	if err != nil {
		return err
	}
	return removeUnmounted(table, path)
}

func removeUnmounted(table mountTable, path string) error {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	if mounts := table.under(real); len(mounts) > 0 {
		return fmt.Errorf("remove %s: refused, %s is mounted on %s", path, mounts[0].fstype, mounts[0].point)
	}
	return os.RemoveAll(path)
}

// clearFolder removes the content of a folder.
func clearFolder(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := removeTree(filepath.Join(path, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// lockFolder creates the folder if it is missing and takes an exclusive lock on it
// (flock(2)), which ends with the process at the latest. It calls waiting once if
// another process holds the lock. The holder may remove the folder.
func lockFolder(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	for {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, err
		}
		folder, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil && isSameFile(folder, path) {
			return func() { folder.Close() }, nil
		}
		folder.Close()
		if err == nil {
			continue
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("wait for the lock on %s, another process holds it: %w", path, err)
		}
	}
}

func isSameFile(open *os.File, path string) bool {
	held, err := open.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(held, named)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// tailOf returns the last lines of a file, for an error message.
func tailOf(path string, lines int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
