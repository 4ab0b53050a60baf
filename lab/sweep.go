package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// clear removes everything of the lab but its state folder itself, in the only safe
// order: processes, mounts, and when nothing is mounted any more, files. Each step
// finds its work by the lab's name in the kernel, not in the lab's own records, so it
// does not matter how far the run before came.
func (l *Lab) clear(ctx context.Context) error {
	if err := killProcesses(ctx, l.place()); err != nil {
		return err
	}
	if err := unmountUnder(ctx, l.dir); err != nil {
		return err
	}
	if err := removeCgroups(ctx, l.name); err != nil {
		return err
	}
	if err := removeBridge(ctx, l.Bridge()); err != nil {
		return err
	}
	return clearFolder(l.dir)
}

// lock keeps two processes from making or removing the same lab at once. It creates the
// lab's state folder.
func (l *Lab) lock(ctx context.Context) (unlock func(), err error) {
	return lockFolder(ctx, l.dir,
		func() { l.say.line("lab %s: waiting for another process that makes or removes it", l.name) })
}

// unmountUnder unmounts what is mounted below the folder, the newest first, and
// verifies it. Unmounting waits a little for processes that are exiting, but never
// detaches a file system that is in use.
func unmountUnder(ctx context.Context, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, exiting)
	defer cancel()
	for {
		table, err := readMounts()
		if err != nil {
			return err
		}
		mounts := table.under(folder)
		if len(mounts) == 0 {
			return nil
		}
		last := mounts[len(mounts)-1]
		err = syscall.Unmount(last.point, 0)
		if err == nil || errors.Is(err, syscall.EINVAL) {
			continue
		}
		if !errors.Is(err, syscall.EBUSY) || pause(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("unmount %s: %w; a process of this machine may have its working directory or an open file there "+
				"(fuser -vm %s)", last.point, err, last.point)
		}
	}
}

// Names lists the labs that have a state folder below state ("" for DefaultState), running or not.
func Names(state string) ([]string, error) {
	if state == "" {
		state = DefaultState
	}
	entries, err := os.ReadDir(state)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("list labs: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && labName.MatchString(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// Sweep removes the lab as Down does, unless one of its hosts runs or another process
// is just making it.
func (l *Lab) Sweep(ctx context.Context) (removed bool, err error) {
	unlock, err := l.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	if running, err := l.Running(); running || err != nil {
		return false, err
	}
	return true, l.remove(ctx)
}

// Running reports whether any process of the lab's hosts is left.
func (l *Lab) Running() (bool, error) {
	left, err := processesOf(l.place())
	return len(left) > 0, err
}

// Remains returns a lab of that name for Down alone, if hosts.json is missing or
// unreadable because the run that made it was killed.
func Remains(c Config) (*Lab, error) {
	if !labName.MatchString(c.Name) {
		return nil, fmt.Errorf("lab name %q is not one", c.Name)
	}
	state, err := folder(c.State, DefaultState)
	if err != nil {
		return nil, err
	}
	return &Lab{name: c.Name, dir: filepath.Join(state, c.Name), say: newProgress(c.Progress, c.Now)}, nil
}
