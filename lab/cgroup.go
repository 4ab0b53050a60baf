package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// cgroupFolder is the folder of all labs in a cgroup hierarchy.
const cgroupFolder = "odooctl-lab"

// cgroupRoot is where systemd mounts the hierarchies (file-hierarchy(7)).
const cgroupRoot = "/sys/fs/cgroup"

// cgroups names the folders of a lab or, with a second name, of a host, one per
// hierarchy that a systemd in a container writes to: cgroup v2 and systemd's own
// hierarchy of cgroup v1. Without separate folders the hosts would see each other's
// processes in their units. Controllers are left alone, and so are mounts elsewhere:
// systemd-nspawn has one below /tmp for a moment whenever a host boots.
func cgroups(table mountTable, names ...string) []string {
	var folders []string
	for _, m := range table {
		if m.point != cgroupRoot && !strings.HasPrefix(m.point, cgroupRoot+"/") {
			continue
		}
		if m.fstype == "cgroup2" || m.fstype == "cgroup" && m.super["name"] == "systemd" {
			folders = append(folders, filepath.Join(append([]string{m.point, cgroupFolder}, names...)...))
		}
	}
	return folders
}

func makeCgroups(lab, host string) ([]string, error) {
	table, err := readMounts()
	if err != nil {
		return nil, err
	}
	folders := cgroups(table, lab, host)
	if len(folders) == 0 {
		return nil, fmt.Errorf("make cgroup: nothing below %s that systemd could keep its units in", cgroupRoot)
	}
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("make cgroup: %w", err)
		}
	}
	return folders, nil
}

// exiting is how long processes that were killed may take until they are gone: on a machine
// with other work, five seconds were not enough.
const exiting = 30 * time.Second

// removeCgroups removes the cgroups of a lab. The kernel releases a cgroup shortly
// after its last process, so a busy one is tried again.
func removeCgroups(ctx context.Context, lab string) error {
	table, err := readMounts()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, exiting)
	defer cancel()
	for _, folder := range cgroups(table, lab) {
		for {
			err := removeCgroupTree(folder)
			if err == nil {
				break
			}
			if pause(ctx, 50*time.Millisecond) != nil {
				return fmt.Errorf("remove cgroup: %w", err)
			}
		}
		if err := os.Remove(filepath.Dir(folder)); err != nil && !errors.Is(err, syscall.ENOTEMPTY) &&
			!errors.Is(err, syscall.EBUSY) && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove cgroup: %w", err)
		}
	}
	return nil
}

// removeCgroupTree removes folders only, the deepest first: the files of a cgroup
// disappear with its folder.
func removeCgroupTree(folder string) error {
	var folders []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, path := range slices.Backward(folders) {
		if err := syscall.Rmdir(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return &os.PathError{Op: "rmdir", Path: path, Err: err}
		}
	}
	return nil
}
