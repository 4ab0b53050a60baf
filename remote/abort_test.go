package remote_test

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// endings are the ways in which a script loses its controller.
var endings = map[string]func(*remotetest.Server, *remote.Client, *remote.Shell, context.CancelFunc){
	"cancelled": func(_ *remotetest.Server, _ *remote.Client, _ *remote.Shell, cancel context.CancelFunc) {
		cancel()
	},
	"shell closed": func(_ *remotetest.Server, _ *remote.Client, sh *remote.Shell, _ context.CancelFunc) {
		sh.Close()
	},
	"client closed": func(_ *remotetest.Server, c *remote.Client, _ *remote.Shell, _ context.CancelFunc) { c.Close() },
	"connection broken": func(s *remotetest.Server, _ *remote.Client, _ *remote.Shell, _ context.CancelFunc) {
		s.Disconnect()
	},
}

func TestRemoteProcessesEnd(t *testing.T) {
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := remotetest.Start(t, remotetest.Faults{})
			client := dial(t, srv.Config())
			sh, err := client.Shell(deadline(t))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(deadline(t))
			failed := make(chan error)
			script, pid := sleeper(srv)
			go func() {
				result, err := sh.Run(ctx, script, []byte(every))
				if err == nil && result.Code == 128+int(syscall.SIGTERM) {
					err = errors.New("terminated")
				}
				failed <- err
			}()
			sleep := process(t, pid)
			end(srv, client, sh, cancel)
			if err := <-failed; err == nil {
				t.Error("the script that was cut short looks like a success")
			}
			ends(t, sleep)
		})
	}
}

func TestTrapCleansUp(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	sh := shell(t, srv.Config())
	ctx, cancel := context.WithCancel(deadline(t))
	script, pid := sleeper(srv)
	go func() {
		process(t, pid)
		cancel()
	}()
	result, err := sh.Run(ctx, "trap 'sleep 0.2; echo restored; exit 6' TERM\n"+script, nil)
	wantError(t, err, remote.Canceled, "interrupted")
	if !errors.Is(err, context.Canceled) {
		t.Error("the error does not unwrap to context.Canceled")
	}
	if string(result.Stdout) != "restored\n" || result.Code != 6 {
		t.Errorf("got %q, code %d", result.Stdout, result.Code)
	}
	_, err = sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.Canceled)
}

func TestDeadline(t *testing.T) {
	var result remote.Result
	for wait := 100 * time.Millisecond; len(result.Stdout) == 0 &&
		wait < time.Minute; wait *= 4 { // a busy machine starts it later
		sh := shell(t, remotetest.Start(t, remotetest.Faults{}).Config())
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		var err error
		result, err = sh.Run(ctx, "echo partly; sleep 600", nil)
		cancel()
		wantError(t, err, remote.Timeout, "deadline")
	}
	if string(result.Stdout) != "partly\n" {
		t.Errorf("got %q", result.Stdout)
	}
}

// A truncated frame does not run: neither half a script nor a script on half its input.
func TestCutFrameDoesNotRun(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 0)
	sh := shell(t, srv.ConfigAt(proxy.Addr))
	run(t, sh, "true", "")
	proxy.CutAfter(64 << 10)
	ran := filepath.Join(srv.Home, "ran")
	_, err := sh.Run(deadline(t), "echo >"+ran, []byte(every))
	wantError(t, err, remote.Lost)
	srv.WaitForChildren()
	if exists(ran) {
		t.Error("the script ran on half its input")
	}
}

// The controller's machine was suspended: the connection is open and silent.
func TestSilenceEndsTheShell(t *testing.T) {
	t.Parallel()
	srv := remotetest.Start(t, remotetest.Faults{})
	c := srv.Config()
	c.Keepalive = 250 * time.Millisecond
	sh := shell(t, c)
	script, pid := sleeper(srv)
	failed := make(chan error)
	go func() {
		_, err := sh.Run(deadline(t), script, nil)
		failed <- err
	}()
	sleep := process(t, pid)
	srv.Freeze()
	ends(t, sleep)
	wantError(t, <-failed, remote.Lost, "run again")
}

// Heartbeats keep a quiet script and an idle shell alive for longer than the timeout.
func TestSignsOfLife(t *testing.T) {
	t.Parallel()
	c := remotetest.Start(t, remotetest.Faults{}).Config()
	c.Keepalive = 100 * time.Millisecond
	busy, idle := shell(t, c), shell(t, c)
	run(t, idle, "true", "")
	run(t, busy, "sleep 1.3", "")
	run(t, busy, "true", "")
	run(t, idle, "true", "")
}

func TestKilledShell(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{}).Config())
	run(t, sh, "true", "")
	sh.Run(deadline(t), "kill -9 $$", nil)
	_, err := sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.ShellFailed, "the shell is gone")
}

func TestConnectionCutInTheOutput(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{DropAfter: 100 << 10}).Config())
	_, err := sh.Run(deadline(t), "cat /dev/zero", nil)
	wantError(t, err, remote.Lost)
}
