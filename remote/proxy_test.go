package remote_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// TestProxyCommand reaches a host by OpenSSH's client as a ProxyCommand, which ends with
// the connection.
func TestProxyCommand(t *testing.T) {
	gateway, srv := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	pid := filepath.Join(t.TempDir(), "pid")
	_, port, _ := net.SplitHostPort(gateway.Addr)
	config := srv.Config()
	config.ProxyCommand = fmt.Sprintf("sh -c 'echo $$ >%s.new; mv %s.new %s; exec ssh -F none -oBatchMode=yes "+
		"-oUserKnownHostsFile=%s -i %s -p %s -W %%h:%%p %s@127.0.0.1'", pid, pid, pid, gateway.KnownHosts,
		gateway.IdentityFile, port, gateway.User)
	client, err := remote.Dial(deadline(t), config)
	if err != nil {
		t.Fatal(err)
	}
	ssh := process(t, pid)
	sh, err := client.Shell(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, sh, "cat", "hello").Stdout; string(got) != "hello" {
		t.Errorf("got %q", got)
	}
	if n := gateway.Counts().Forwards; n != 1 {
		t.Errorf("%d forwards, want 1", n)
	}
	client.Close()
	if alive(ssh) {
		t.Error("the ProxyCommand goes on after the connection was closed")
	}
}

func TestProxyCommandTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "said")
	config := remote.Config{Host: "app1", Address: "10.0.0.1", Port: 2222, User: "deploy", HostKeyAlias: "cluster",
		KnownHosts: []string{file}, Password: func(context.Context) (string, error) { return "", nil },
		ProxyCommand: "sh -c 'echo \"$*\" >>" + file + "; echo no way >&2; exit 7' x %h %p %r %n %k 100%%"}
	_, err := remote.Dial(deadline(t), config)
	wantError(t, err, remote.Unreachable, "start SSH with 10.0.0.1:2222", "ProxyCommand ended: exit status 7: no way",
		"try by itself: sh -c")
	// Once: a command that failed is not a busy sshd.
	if got, _ := os.ReadFile(file); string(got) != "10.0.0.1 2222 deploy app1 cluster 100%\n" {
		t.Errorf("got %q", got)
	}
	config.User = "deploy;touch x"
	_, err = remote.Dial(deadline(t), config)
	wantError(t, err, remote.Unreachable, `"deploy;touch x" cannot be given to a shell`)
}

// started returns the command line of the process whose id is in the file.
func started(t *testing.T, file string) string {
	t.Helper()
	appears(t, file)
	return "/proc/" + strings.TrimSpace(read(t, file)) + "/cmdline"
}

// A ProxyCommand that says nothing ends by the deadline of the login, or as the caller
// gives up, with all that it has started.
func TestSilentProxyCommand(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	config := remotetest.Start(t, remotetest.Faults{}).Config()
	config.ProxyCommand = "sh -c 'trap \"\" HUP; sleep 600 & echo $! >" + pid + ".new; mv " + pid + ".new " +
		pid + "; wait'"
	config.HandshakeTimeout = 500 * time.Millisecond
	_, err := remote.Dial(deadline(t), config)
	wantError(t, err, remote.Timeout, "nothing came from the ProxyCommand")
	ends(t, started(t, pid))

	os.Remove(pid)
	config.HandshakeTimeout = time.Minute
	ctx, cancel := context.WithCancel(deadline(t))
	go func() {
		for ctx.Err() == nil && !exists(pid) {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	began := time.Now()
	_, err = remote.Dial(ctx, config)
	wantError(t, err, remote.Canceled)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("an interrupt took %v", took)
	}
	ends(t, started(t, pid))
}

func TestSucceeds(t *testing.T) {
	for command, want := range map[string]bool{"true": true, "false": false, "test -n x && exit 0": true,
		"/nonexistent/command": false} {
		if got := remote.Succeeds(deadline(t), command); got != want {
			t.Errorf("%s: got %v", command, got)
		}
	}
	ctx, cancel := context.WithTimeout(deadline(t), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	if remote.Succeeds(ctx, "sleep 600; true") || time.Since(began) > 10*time.Second {
		t.Errorf("took %v", time.Since(began))
	}
}
