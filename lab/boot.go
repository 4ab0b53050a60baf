package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bootTime limits a host's boot: an idle machine needs three seconds, one that builds
// images much longer.
const bootTime = 90 * time.Second

// Boot starts the host on its disk and returns when it has finished booting and its
// sshd answers. Failed services are reported as progress, not as an error. A host that
// already runs is left alone.
func (m *Machine) Boot(ctx context.Context) error {
	_, err := m.PID()
	if err == nil {
		return m.await(ctx)
	}
	if !errors.Is(err, ErrDown) {
		return err
	}
	if err := m.Kill(ctx); err != nil {
		return err
	}
	if err := m.mount(); err != nil {
		return err
	}
	if err := m.start(ctx); err != nil {
		return err
	}
	return m.await(ctx)
}

// start runs systemd-nspawn in a session and cgroups of its own, so that it outlives this process.
func (m *Machine) start(ctx context.Context) error {
	folders, err := makeCgroups(m.lab.name, m.Name())
	if err != nil {
		return err
	}
	console, err := os.Create(m.Console())
	if err != nil {
		return err
	}
	defer console.Close()

	var script strings.Builder
	for _, folder := range folders {
		fmt.Fprintf(&script, "echo $$ >%s/cgroup.procs\n", folder)
	}
	script.WriteString(`exec setsid --fork "$@"`)
	args := append([]string{"-eu", "-c", script.String(), "sh"}, m.containerCommand()...)

	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Env = append([]string{"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=" + m.unified()}, hostEnvironment...)
	cmd.Stdout, cmd.Stderr = console, console
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("start container: %w: %s", err, tailOf(m.Console(), 5))
	}
	return nil
}

func (m *Machine) containerCommand() []string {
	args := []string{
		"systemd-nspawn", "--quiet", "--directory=" + m.Root(), "--machine=" + m.lab.name + "-" + m.Name(),
		"--hostname=" + m.Name(), "--boot", "--register=no", "--keep-unit", "--network-bridge=" + m.lab.Bridge(),
		"--resolv-conf=off", "--timezone=off", "--link-journal=no",
	}
	for _, s := range m.host.Shares {
		args = append(args, "--bind="+m.lab.share(s)+":"+s.Path)
	}
	return args
}

// unified is the cgroup version for the container: 2 if its systemd or this machine
// supports no other.
func (m *Machine) unified() string {
	r, _ := recipeOf(m.host.Image)
	table, err := readMounts()
	if r.Unified || err == nil && onlyUnified(table) {
		return "1"
	}
	return "0"
}

func onlyUnified(table mountTable) bool {
	for _, m := range table {
		if m.fstype == "cgroup" {
			return false
		}
	}
	return true
}

// await waits until the host has booted and its sshd answers.
func (m *Machine) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, bootTime)
	defer cancel()
	state, err := m.awaitBoot(ctx)
	if err == nil {
		err = m.awaitSSH(ctx)
	}
	if err != nil {
		return fmt.Errorf("boot: %w\nthe end of %s:\n%s", err, m.Console(), tailOf(m.Console(), 8))
	}
	if state != "running" {
		failed, _ := m.Exec(ctx, "systemctl list-units --failed --plain --no-legend | cut -d' ' -f1")
		m.lab.say.line("host %s is up but %s: %s", m.Name(), state, strings.Join(strings.Fields(failed), ", "))
	}
	return nil
}

// awaitBoot waits until the host's systemd has no jobs left, and returns its state:
// running, or degraded if a unit failed.
func (m *Machine) awaitBoot(ctx context.Context) (string, error) {
	for {
		state, err := m.Exec(ctx, "systemctl is-system-running --wait 2>/dev/null || :")
		state = strings.TrimSpace(state)
		if state == "running" || state == "degraded" {
			return state, nil
		}
		if errors.Is(err, ErrDown) {
			if left, listErr := processesOf(m.place()); listErr == nil && len(left) == 0 {
				return "", errors.New("the container ended")
			}
		}
		if pause(ctx, 50*time.Millisecond) != nil {
			return "", fmt.Errorf("wait for systemd, which says %q: %w", state, errors.Join(ctx.Err(), err))
		}
	}
}

// awaitSSH waits for the greeting of an SSH server (RFC 4253, section 4.2). An attempt
// without an answer is given up after a second: a lost SYN would otherwise block it for
// minutes.
func (m *Machine) awaitSSH(ctx context.Context) error {
	address := net.JoinHostPort(m.Address().String(), "22")
	for {
		err := greeted(ctx, address)
		if err == nil {
			return nil
		}
		if pause(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("wait for sshd on %s: %w", address, err)
		}
	}
}

func greeted(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "SSH-") {
		err = fmt.Errorf("%s greets with %q", address, line)
	}
	return err
}

// share returns the folder of a share on this machine.
func (l *Lab) share(s Share) string { return filepath.Join(l.dir, "shares", s.Name) }

// makeShares makes each share from its folder on the disk of the first host that has
// it.
func (l *Lab) makeShares(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(l.dir, "shares"), 0o755); err != nil {
		return err
	}
	for _, m := range l.machines {
		for _, s := range m.host.Shares {
			if isDir(l.share(s)) {
				continue
			}
			if err := copyTree(ctx, filepath.Join(m.Root(), s.Path), l.share(s)); err != nil {
				return fmt.Errorf("make share %s from %s of host %s: %w", s.Name, s.Path, m.Name(), err)
			}
		}
	}
	return nil
}

// copyTree copies a folder with owners, modes, times, extended attributes and device nodes; an overlay's upper folder
// needs all of them.
func copyTree(ctx context.Context, from, to string) error {
	return run(ctx, "cp", "--archive", "--reflink=auto", "--no-target-directory", from, to)
}
