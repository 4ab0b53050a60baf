package lab

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"syscall"
	"time"
)

// Machine is one host of a lab, running or not. Its disk stays mounted while the host is down.
type Machine struct {
	lab  *Lab
	host Host
	dir  string
}

// ErrDown is the error of methods that need a running host.
var ErrDown = errors.New("host is down")

// Name returns the host's name.
func (m *Machine) Name() string { return m.host.Name }

// Definition returns the Host that it was made from.
func (m *Machine) Definition() Host { return m.host }

// Address returns the host's address on the lab's network.
func (m *Machine) Address() netip.Addr { return addressIn(m.lab.subnet, m.host.Number) }

// Root returns where the host's root file system is mounted on this machine, for
// comparing whole trees. The host's own mounts (/proc, /run, /tmp, its shares) are not
// visible there. While the host is up no process may have a working directory or an
// open file in it: Down could not unmount it.
func (m *Machine) Root() string { return filepath.Join(m.dir, "root") }

// Console returns the path of a file with what the host wrote on its console.
func (m *Machine) Console() string { return filepath.Join(m.dir, "console.log") }

// PID returns this machine's ID of the host's first process. The error is ErrDown if
// the host does not run.
func (m *Machine) PID() (int, error) {
	all, err := processesOf(m.place())
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		if p.isInit() {
			return p.pid, nil
		}
	}
	return 0, fmt.Errorf("%s: %w", m.Name(), ErrDown)
}

// Kill cuts the power: every process of the host ends at once, by SIGKILL. What the
// host had written is kept, synced or not, because this machine's kernel goes on. A
// host that is down is no error.
func (m *Machine) Kill(ctx context.Context) error { return killProcesses(ctx, m.place()) }

// Stop shuts the host down, and cuts the power after thirty seconds.
func (m *Machine) Stop(ctx context.Context) error {
	pid, err := m.PID()
	if errors.Is(err, ErrDown) {
		return m.Kill(ctx)
	}
	if err != nil {
		return err
	}
	const rtmin = 34 // SIGRTMIN of glibc; systemd(1): SIGRTMIN+4 starts poweroff.target
	if err := syscall.Kill(pid, syscall.Signal(rtmin+4)); err != nil {
		return fmt.Errorf("stop %s: %w", m.Name(), err)
	}
	patience, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		left, err := processesOf(m.place())
		if err != nil || len(left) == 0 {
			return err
		}
		if pause(patience, 50*time.Millisecond) != nil {
			return m.Kill(ctx)
		}
	}
}

// Reset gives the host its initial disk, and boots it. Its keys stay the same, and
// shares stay as they are.
func (m *Machine) Reset(ctx context.Context) error {
	if err := m.Kill(ctx); err != nil {
		return err
	}
	if err := m.unmount(ctx); err != nil {
		return err
	}
	if err := m.format(); err != nil {
		return err
	}
	return m.Boot(ctx)
}
