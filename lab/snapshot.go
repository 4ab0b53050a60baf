package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

var snapshotName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}$`)

// Snapshot shuts all hosts down, copies their disks and shares under a name, and boots
// them again. It replaces an existing snapshot of that name.
func (l *Lab) Snapshot(ctx context.Context, name string) error {
	kept, err := l.snapshot(name)
	if err != nil {
		return err
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.park(ctx, (*Machine).Stop); err != nil {
		return err
	}
	if err := removeTree(kept); err != nil {
		return err
	}
	if err := os.MkdirAll(kept, 0o700); err != nil {
		return err
	}
	if err := l.each(func(m *Machine) error {
		return copyTree(ctx, m.Written(), filepath.Join(kept, m.Name()))
	}); err != nil {
		return err
	}
	if err := copyTree(ctx, filepath.Join(l.dir, "shares"), filepath.Join(kept, ".shares")); err != nil {
		return err
	}
	return l.each(func(m *Machine) error { return m.Boot(ctx) })
}

// Restore cuts the power of all hosts, gives them the disks and shares of a snapshot, and boots them.
func (l *Lab) Restore(ctx context.Context, name string) error {
	kept, err := l.snapshot(name)
	if err != nil {
		return err
	}
	if !isDir(kept) {
		return fmt.Errorf("lab %s: restore: there is no snapshot %q", l.name, name)
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.park(ctx, (*Machine).Kill); err != nil {
		return err
	}
	err = l.each(func(m *Machine) error {
		if err := removeTree(m.Written()); err != nil {
			return err
		}
		return copyTree(ctx, filepath.Join(kept, m.Name()), m.Written())
	})
	if err != nil {
		return err
	}
	shares := filepath.Join(l.dir, "shares")
	if err := removeTree(shares); err != nil {
		return err
	}
	if err := copyTree(ctx, filepath.Join(kept, ".shares"), shares); err != nil {
		return err
	}
	return l.each(func(m *Machine) error { return m.Boot(ctx) })
}

func (l *Lab) snapshot(name string) (string, error) {
	if !snapshotName.MatchString(name) {
		return "", fmt.Errorf("lab %s: snapshot name %q: want small letters, digits and hyphens", l.name, name)
	}
	return filepath.Join(l.dir, "snapshots", name), nil
}

// park ends all hosts in the given way and unmounts their disks.
func (l *Lab) park(ctx context.Context, end func(*Machine, context.Context) error) error {
	return l.each(func(m *Machine) error {
		if err := end(m, ctx); err != nil {
			return err
		}
		return m.unmount(ctx)
	})
}
