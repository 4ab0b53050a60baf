package remote_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"odooctl/remote"
)

// local is this machine. The user counts as root, so that no sudo is needed.
func local(t *testing.T) *remote.Client {
	t.Helper()
	client, err := remote.Local(remote.Config{Host: "here", User: "root", Sudo: true,
		Keepalive: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func TestLocal(t *testing.T) {
	t.Setenv("ODOOCTL_TEST", "seen")
	sh, result, err := local(t).Start(deadline(t), "echo $ODOOCTL_TEST ok")
	if err != nil || string(result.Stdout) != "ok\n" {
		t.Fatalf("got %q, %v", result.Stdout, err)
	}
	checkScripts(t, sh)
	time.Sleep(time.Second) // longer than a host may be silent
	if got := run(t, sh, "cat", every); string(got.Stdout) != every {
		t.Error("the shell does not carry every byte")
	}
}

// A script ends with the shell, the Client or the context.
func TestLocalEnds(t *testing.T) {
	for name, end := range map[string]func(*remote.Client, *remote.Shell, context.CancelFunc){
		"shell":   func(_ *remote.Client, sh *remote.Shell, _ context.CancelFunc) { sh.Close() },
		"client":  func(c *remote.Client, _ *remote.Shell, _ context.CancelFunc) { c.Close() },
		"context": func(_ *remote.Client, _ *remote.Shell, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			pid := filepath.Join(t.TempDir(), "pid")
			client := local(t)
			sh, _, err := client.Start(deadline(t), "true")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(deadline(t))
			defer cancel()
			var running sync.WaitGroup
			running.Go(func() { sh.Run(ctx, "sleep 600 & echo $! >"+pid+".new; mv "+pid+".new "+pid+"; wait", nil) })
			sleeper := process(t, pid)
			end(client, sh, cancel)
			ends(t, sleeper)
			running.Wait()
		})
	}
}

func TestLocalShellKilled(t *testing.T) {
	sh, _, err := local(t).Start(deadline(t), "true")
	if err != nil {
		t.Fatal(err)
	}
	run(t, sh, "kill -9 $$; sleep 5", "")
	_, err = sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.ShellFailed, "exit code 137")
}
