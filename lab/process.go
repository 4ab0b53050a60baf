package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is /proc's data of a process that may belong to a lab.
type process struct {
	pid   int
	argv  []string // empty during exec: seconds if the program is read from a slow disk
	group string   // its cgroups, as /proc lists them
	upper string   // the upper folder of the overlay that is its root, or ""
	inner int      // its ID in its own PID namespace: 1 for the first process of a container
}

// place identifies the processes of a lab or of one of its hosts: by a disk below a
// folder, or a cgroup.
type place struct {
	folder string
	group  string // as in /odooctl-lab/NAME/HOST, relative to this machine's own cgroup
}

// place is the place of all hosts of the lab.
func (l *Lab) place() place {
	return place{folder: l.dir, group: filepath.Join("/", cgroupFolder, l.name)}
}

func (m *Machine) place() place {
	return place{folder: m.dir, group: filepath.Join(m.lab.place().group, m.Name())}
}

// listProcesses reads the processes below procfs (/proc on a machine), without zombies.
func listProcesses(procfs string) ([]process, error) {
	entries, err := os.ReadDir(procfs)
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var found []process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if p, ok := readProcess(procfs, pid); ok {
			found = append(found, p)
		}
	}
	return found, nil
}

func readProcess(procfs string, pid int) (process, bool) {
	folder := filepath.Join(procfs, strconv.Itoa(pid))
	status, err := os.ReadFile(filepath.Join(folder, "status"))
	if err != nil || ended.Match(status) {
		return process{}, false
	}
	command, err := os.ReadFile(filepath.Join(folder, "cmdline"))
	if err != nil {
		return process{}, false
	}
	groups, err := os.ReadFile(filepath.Join(folder, "cgroup"))
	if err != nil {
		return process{}, false
	}
	p := process{
		pid:   pid,
		argv:  strings.Split(strings.TrimSuffix(string(command), "\x00"), "\x00"),
		group: string(groups),
		inner: innermostPID(string(status)),
	}
	if text, err := os.ReadFile(filepath.Join(folder, "mountinfo")); err == nil {
		if table, err := parseMounts(string(text)); err == nil {
			if root, ok := table.root(); ok && root.fstype == "overlay" {
				p.upper = root.super["upperdir"]
			}
		}
	}
	return p, true
}

// ended matches the state of a zombie (proc_pid_status(5)).
var ended = regexp.MustCompile(`(?m)^State:\s+[ZX]`)

// innermostPID returns the last number of the line NSpid of a status file.
func innermostPID(status string) int {
	for line := range strings.Lines(status) {
		if numbers, ok := strings.CutPrefix(line, "NSpid:"); ok {
			if all := strings.Fields(numbers); len(all) > 0 {
				pid, _ := strconv.Atoi(all[len(all)-1])
				return pid
			}
		}
	}
	return 0
}

// isOf reports whether the process belongs to a host there: it has the host's disk as
// its root, or is in the host's cgroups, as are systemd-nspawn and its parents. A
// command line would not do: it may be empty.
func (p process) isOf(there place) bool {
	if p.upper != "" && within(p.upper, there.folder) {
		return true
	}
	for line := range strings.Lines(p.group) {
		if strings.Contains(strings.TrimSpace(line)+"/", there.group+"/") {
			return true
		}
	}
	return false
}

// isInit reports whether the process is the first one of a container.
func (p process) isInit() bool { return p.inner == 1 && p.upper != "" }

// signal sends a signal, but not to another process that has reused the ID.
func (p process) signal(s syscall.Signal) error {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return nil
	}
	defer handle.Release()
	if now, ok := readProcess("/proc", p.pid); !ok || now.upper != p.upper || !slices.Equal(now.argv, p.argv) {
		return nil
	}
	if err := handle.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal process %d (%s): %w", p.pid, p.argv[0], err)
	}
	return nil
}

func processesOf(there place) ([]process, error) {
	all, err := listProcesses("/proc")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(p process) bool { return !p.isOf(there) }), nil
}

// killProcesses ends every process of the hosts there and returns when none is left.
// Killing the first process of a container makes the kernel kill the others;
// systemd-nspawn then cleans up and exits. What is left after two seconds is killed as
// well.
func killProcesses(ctx context.Context, there place) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	patience, cancelPatience := context.WithTimeout(ctx, 2*time.Second)
	defer cancelPatience()
	for {
		left, err := processesOf(there)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return nil
		}
		for _, p := range left {
			if p.isInit() || patience.Err() != nil {
				if err := p.signal(syscall.SIGKILL); err != nil {
					return err
				}
			}
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("kill the processes of %s: process %d (%s) is still there: %w",
				there.folder, left[0].pid, left[0].argv[0], err)
		}
	}
}

// run runs a command of this machine; its error has the command and its output.
func run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	inOwnGroup(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// inOwnGroup makes cancelling the command's context end its children too, and protects
// them from a Ctrl-C on the terminal.
func inOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
}
