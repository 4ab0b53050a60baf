package remote_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// openSSH is a client by the ssh program, with a configuration that a person uses.
func openSSH(t *testing.T, srv *remotetest.Server, text string) *remote.Client {
	t.Helper()
	c := srv.Config()
	file := writeFile(t, "Host *\n"+text+"\n")
	client, err := remote.OpenSSH(remote.Config{Host: c.Host, Address: c.Address, Port: c.Port, User: c.User,
		IdentityFiles: c.IdentityFiles, KnownHosts: c.KnownHosts, ConnectTimeout: 10 * time.Second}, "-F", file)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// What ssh_config says for people at a terminal does not keep scripts from running.
func TestOpenSSHForTerminals(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	for _, text := range []string{"RemoteCommand tmux new -A -s main\nRequestTTY yes", "RequestTTY force",
		"SessionType none", "StdinNull yes", "ForkAfterAuthentication yes\nRemoteCommand true",
		"LocalForward 127.0.0.1:1 127.0.0.1:1",
		"IgnoreUnknown Foo\nFoo bar"} {
		client := openSSH(t, srv, text)
		sh, err := client.Shell(deadline(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := run(t, sh, "cat", "hello").Stdout; string(got) != "hello" {
			t.Errorf("%s: got %q", strings.ReplaceAll(text, "\n", "; "), got)
		}
		client.Close()
	}
}

// A login that succeeds and then says nothing, such as a ForceCommand that sleeps, ends by
// the deadline and by an interrupt, and so does ssh.
func TestOpenSSHStalls(t *testing.T) {
	shell := filepath.Join(t.TempDir(), "shell")
	executable(t, shell, "#!/bin/sh\nexec sleep 100000\n")
	srv := remotetest.Start(t, remotetest.Faults{LoginShell: shell})
	for _, c := range []struct {
		kind remote.Kind
		wait func() (context.Context, context.CancelFunc)
	}{
		{remote.Timeout, func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(deadline(t), 2*time.Second)
		}},
		{remote.Canceled, func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(deadline(t))
			time.AfterFunc(2*time.Second, cancel)
			return ctx, cancel
		}},
	} {
		ctx, cancel := c.wait()
		defer cancel()
		client := openSSH(t, srv, "")
		sh, err := client.Shell(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_, err = sh.Run(ctx, "true", nil)
		wantError(t, err, c.kind)
		closed := make(chan struct{})
		go func() {
			sh.Close()
			client.Close()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(20 * time.Second):
			t.Fatal("closing waits for ssh, which waits for the host")
		}
	}
}
