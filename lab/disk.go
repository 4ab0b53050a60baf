package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// create makes the host's disk on an image: an overlay, with everything host-specific
// written to it.
func (m *Machine) create(image string) error {
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(image, filepath.Join(m.dir, "image")); err != nil {
		return err
	}
	if err := m.writeIdentity(); err != nil {
		return err
	}
	return m.format()
}

// format gives the host an empty disk and writes what is host-specific.
func (m *Machine) format() error {
	for _, name := range []string{"upper", "work"} {
		if err := removeTree(filepath.Join(m.dir, name)); err != nil {
			return err
		}
	}
	if err := m.mount(); err != nil {
		return err
	}
	return m.personalise()
}

// Written returns the folder with all that the host has written to its disk: the rest
// is its image.
func (m *Machine) Written() string { return filepath.Join(m.dir, "upper") }

// mount mounts the host's disk if it is not mounted yet.
func (m *Machine) mount() error {
	table, err := readMounts()
	if err != nil {
		return err
	}
	if len(table.under(m.Root())) > 0 {
		return nil
	}
	image, err := os.Readlink(filepath.Join(m.dir, "image"))
	if err != nil {
		return err
	}
	work := filepath.Join(m.dir, "work")
	for _, folder := range []string{m.Written(), work, m.Root()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s,index=off", image, m.Written(), work)
	if err := syscall.Mount("odooctl-lab", m.Root(), "overlay", 0, options); err != nil {
		return fmt.Errorf("mount disk on %s (%s): %w", m.Root(), options, err)
	}
	return nil
}

func (m *Machine) unmount(ctx context.Context) error { return unmountUnder(ctx, m.Root()) }

// personalise writes name, address, keys and the services of the host to its mounted disk.
func (m *Machine) personalise() error {
	id, err := m.machineID()
	if err != nil {
		return err
	}
	login, err := os.ReadFile(m.lab.Key() + ".pub")
	if err != nil {
		return err
	}
	files := []struct {
		path, text string
		mode       fs.FileMode
	}{
		{"etc/hostname", m.Name() + "\n", 0o644},
		{"etc/machine-id", id + "\n", 0o444},
		{"etc/hosts", m.lab.etcHosts(), 0o644},
		{"etc/systemd/system/lab-network.service", m.networkUnit(), 0o644},
		{"root/.ssh/authorized_keys", string(login), 0o600},
		{"home/deploy/.ssh/authorized_keys", string(login), 0o600},
	}
	for _, k := range hostKeys {
		for suffix, mode := range map[string]fs.FileMode{"": 0o600, ".pub": 0o644} {
			text, err := os.ReadFile(filepath.Join(m.identity(), k.file+suffix))
			if err != nil {
				return err
			}
			files = append(files, struct {
				path, text string
				mode       fs.FileMode
			}{"etc/ssh/" + k.file + suffix, string(text), mode})
		}
	}
	for _, f := range files {
		if err := writeAs(filepath.Join(m.Root(), f.path), f.text, f.mode); err != nil {
			return err
		}
	}
	return m.setServices()
}

// writeAs replaces the file and gives it the owner of the folder it is in.
func writeAs(path, text string, mode fs.FileMode) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return errors.Join(os.Chown(path, int(owner.Uid), int(owner.Gid)), os.Chmod(path, mode))
}

// networkUnit configures the host's end of the virtual cable, host0, before anything
// listens.
func (m *Machine) networkUnit() string {
	return fmt.Sprintf(`[Unit]
Description=Address of the lab
DefaultDependencies=no
Before=network.target ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip link set host0 up
ExecStart=/bin/ip address replace %s/%d dev host0

[Install]
WantedBy=multi-user.target
`, m.Address(), m.lab.subnet.Bits())
}

// setServices enables the network and disables those services that the host is not for.
// The units are left as the distribution made them, so that a service only has to be
// enabled later.
func (m *Machine) setServices() error {
	var unwanted []string
	for _, s := range services {
		if !slices.Contains(m.host.Services, s) && m.hasUnit(s) {
			unwanted = append(unwanted, s+".service")
		}
	}
	script := "systemctl --quiet enable lab-network.service"
	if len(unwanted) > 0 {
		script += " && systemctl --quiet disable " + strings.Join(unwanted, " ")
	}
	cmd := exec.Command("chroot", m.Root(), "sh", "-c", script)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("set services (%s): %w: %s", script, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (m *Machine) hasUnit(service string) bool {
	for _, folder := range []string{"etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"} {
		if _, err := os.Stat(filepath.Join(m.Root(), folder, service+".service")); err == nil {
			return true
		}
	}
	return false
}
