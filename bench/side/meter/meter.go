// Package meter runs a program in its own cgroups and measures its resources, with
// those of all its children, even if they outlive it: the masters of ssh's
// ControlPersist count too.
//
//	m, err := meter.New("bench")
//	usage, err := m.Run(ctx, cmd, output)
package meter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Meter has a cgroup for one program at a time.
type Meter struct {
	cpu, memory group
}

// Usage is the resources that a program used.
type Usage struct {
	Wall time.Duration // from its start to its exit, without children that outlive it
	CPU  time.Duration // user and system, of all its processes
	Peak int64         // bytes: anonymous memory, page cache that it was first to touch, and the kernel's own for it
	Exit int
}

// New finds the relevant cgroups, of version 2 or 1. It needs root.
func New(name string) (*Meter, error) {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	cpu, memory, err := groups(string(mounts), name)
	if err != nil {
		return nil, err
	}
	return &Meter{cpu, memory}, nil
}

// Run runs a program, ends its remaining children, and returns what all of them used.
// The output is a file, because a pipe would stay open until the last child has ended.
// An exit status is no error.
func (m *Meter) Run(ctx context.Context, cmd *exec.Cmd, output *os.File) (u Usage, err error) {
	for _, g := range m.each() {
		if err := os.MkdirAll(g.dir, 0o755); err != nil {
			return u, fmt.Errorf("make a cgroup: %w", err)
		}
	}
	defer func() { err = errors.Join(err, m.clear(context.WithoutCancel(ctx))) }()
	inside := m.enter(ctx, cmd)
	inside.Stdout, inside.Stderr = output, output
	began := time.Now()
	err = inside.Run()
	u.Wall = time.Since(began)
	u.Exit = inside.ProcessState.ExitCode()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.Exited()) {
		return u, err
	}
	if err := m.end(ctx); err != nil {
		return u, err
	}
	if u.CPU, err = m.cpu.time(); err != nil {
		return u, err
	}
	u.Peak, err = m.memory.peak()
	return u, err
}

// enter is the program behind a shell that first joins the cgroups.
func (m *Meter) enter(ctx context.Context, cmd *exec.Cmd) *exec.Cmd {
	var script strings.Builder
	for _, g := range m.each() {
		fmt.Fprintf(&script, "echo $$ >%s/cgroup.procs && ", g.dir)
	}
	script.WriteString(`exec "$@"`)
	inside := exec.CommandContext(ctx, "sh", append([]string{"-c", script.String(), "sh", cmd.Path},
		cmd.Args[1:]...)...)
	inside.Env, inside.Dir, inside.Stdin = cmd.Env, cmd.Dir, cmd.Stdin
	return inside
}

// end kills what is left in the cgroup: it can only be the program's.
func (m *Meter) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		left, err := m.cpu.processes()
		if err != nil || len(left) == 0 {
			return err
		}
		for _, pid := range left {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
				return fmt.Errorf("end process %d, which the program left: %w", pid, err)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("processes %v, which the program left, do not end", left)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// clear removes the cgroups, so that the next program counts from zero.
func (m *Meter) clear(ctx context.Context) error {
	if err := m.end(ctx); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, g := range m.each() {
		for try := 0; ; try++ {
			err := syscall.Rmdir(g.dir)
			if err == nil || err == syscall.ENOENT {
				break
			}
			if try == 200 {
				return &os.PathError{Op: "rmdir", Path: g.dir, Err: err}
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return nil
}

func (m *Meter) each() []group {
	if m.cpu.dir == m.memory.dir {
		return []group{m.cpu}
	}
	return []group{m.cpu, m.memory}
}

// number reads a file of a cgroup with one number.
func number(dir, name string) (int64, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
}
