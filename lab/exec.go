package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// hostEnvironment is the environment of commands run inside a host, whatever this process's own is.
var hostEnvironment = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root", "USER=root",
	"LOGNAME=root",
}

// Exec runs a script with sh inside the host, as root and not over SSH, and returns its
// standard output. The error wraps *exec.ExitError if the script failed and ErrDown if
// the host does not run.
func (m *Machine) Exec(ctx context.Context, script string) (string, error) {
	cmd, err := m.Command(ctx, "sh", "-c", script)
	if err != nil {
		return "", err
	}
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("run on %s: %q: %w: %s",
			m.Name(), abridge(script), errors.Join(ctx.Err(), err), strings.TrimSpace(complaint.String()))
	}
	return out.String(), nil
}

// Command returns a command that runs inside the host as root; the caller sets its
// input and output and starts it. Cancelling ctx kills it. The error wraps ErrDown if
// the host does not run.
func (m *Machine) Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	pid, err := m.PID()
	if err != nil {
		return nil, err
	}
	enter := []string{"--target", strconv.Itoa(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--"}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
	cmd.Env = hostEnvironment
	inOwnGroup(cmd)
	return cmd, nil
}

func abridge(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}
