package remote_test

import (
	"path/filepath"
	"testing"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestSudo(t *testing.T) {
	for _, c := range []struct {
		name, sudo string
		kind       remote.Kind
		says       string
	}{
		{name: "allowed", sudo: "[ \"$1\" = -n ] && shift; shift; exec \"$@\""},
		{name: "password", sudo: "echo 'sudo: a password is required' >&2; exit 1", kind: remote.Sudo,
			says: "deploy ALL=(ALL) NOPASSWD: ALL"},
		{name: "not in sudoers", sudo: "echo 'deploy is not in the sudoers file.' >&2; exit 1", kind: remote.Sudo,
			says: "/etc/sudoers.d"},
		{name: "tty", sudo: "echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1", kind: remote.Sudo,
			says: "!requiretty"},
		{name: "no shell", sudo: "exit 1", kind: remote.ShellFailed, says: "exit code 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := remotetest.Start(t, remotetest.Faults{})
			executable(t, filepath.Join(srv.Home, "sudo"), "#!/bin/sh\n"+c.sudo+"\n")
			config := srv.Config()
			config.Sudo = true
			result, err := shell(t, config).Run(deadline(t), "echo ok", nil)
			_, started, startErr := dial(t, config).Start(deadline(t), "echo ok")
			if c.kind == "" {
				if err != nil || string(result.Stdout) != "ok\n" {
					t.Errorf("got %q, %v", result.Stdout, err)
				}
				if startErr != nil || string(started.Stdout) != "ok\n" {
					t.Errorf("got %q, %v", started.Stdout, startErr)
				}
				return
			}
			wantError(t, err, c.kind, c.says)
			wantError(t, startErr, c.kind, c.says)

			config.User = "root"
			if got := run(t, shell(t, config), "echo ok", ""); string(got.Stdout) != "ok\n" {
				t.Errorf("root does not get a shell without sudo: %q", got.Stdout)
			}
		})
	}
}

func TestNoLoginShell(t *testing.T) {
	nologin := filepath.Join(t.TempDir(), "nologin")
	executable(t, nologin, "#!/bin/sh\necho This account is currently not available.\nexit 1\n")
	sh := shell(t, remotetest.Start(t, remotetest.Faults{LoginShell: nologin}).Config())
	_, err := sh.Run(deadline(t), "echo ok", []byte(every))
	wantError(t, err, remote.ShellFailed, "start /bin/sh as deploy", "exit code 1", "currently not available")
	_, _, err = dial(t, remotetest.Start(t, remotetest.Faults{LoginShell: nologin}).Config()).Start(deadline(t),
		"echo ok")
	wantError(t, err, remote.ShellFailed, "start /bin/sh as deploy", "exit code 1", "currently not available")
}
