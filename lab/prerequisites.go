package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// prerequisites maps the commands a lab runs on this machine to the Debian packages they come from.
var prerequisites = []struct{ command, pkg string }{
	{"mmdebstrap", "mmdebstrap"},
	{"systemd-nspawn", "systemd-container"},
	{"ip", "iproute2"},
	{"ssh", "openssh-client"},
	{"nsenter", "util-linux"},
	{"setsid", "util-linux"},
	{"cp", "coreutils"},
}

const archiveKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// installPrerequisites installs missing commands with apt-get, and reports it.
func installPrerequisites(ctx context.Context, say progress) error {
	if os.Geteuid() != 0 {
		return errors.New("run a lab: it mounts disks and boots containers, which takes root; try again with sudo")
	}
	missing := missingPackages(exec.LookPath, os.Stat)
	if len(missing) == 0 {
		return nil
	}
	done := say.step("installing %s", strings.Join(missing, ", "))
	if err := run(ctx, "apt-get", "update", "-q"); err != nil {
		return fmt.Errorf("install prerequisites: %w", err)
	}
	install := append([]string{"install", "-q", "-y", "--no-install-recommends"}, missing...)
	if err := run(ctx, "apt-get", install...); err != nil {
		return fmt.Errorf("install prerequisites: %w", err)
	}
	if still := missingPackages(exec.LookPath, os.Stat); len(still) > 0 {
		return fmt.Errorf("install prerequisites: apt-get installed %s, but their commands are not in PATH",
			strings.Join(still, ", "))
	}
	done()
	return nil
}

func missingPackages(lookPath func(string) (string, error), stat func(string) (os.FileInfo, error)) []string {
	var missing []string
	for _, p := range prerequisites {
		if _, err := lookPath(p.command); err != nil {
			missing = append(missing, p.pkg)
		}
	}
	if _, err := stat(archiveKeyring); err != nil {
		missing = append(missing, "debian-archive-keyring")
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
