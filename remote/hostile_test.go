package remote_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"odooctl/remote"
	"odooctl/remote/plain"
	"odooctl/remote/remotetest/hostile"
)

// TestHostile runs every mode of a hostile server. Each ends within its deadline, in an
// error that names host and cause, in text that is safe for a terminal; and no
// goroutine is left.
func TestHostile(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	identity := writeKey(t, newKey(t), "")
	modes := hostile.Modes()
	if len(modes) < 45 {
		t.Errorf("%d modes", len(modes))
	}
	var all sync.WaitGroup
	slots := make(chan bool, 48) // most of them only wait
	for _, mode := range modes {
		slots <- true
		all.Go(func() {
			defer func() { <-slots }()
			meet(t, mode, identity)
		})
	}
	all.Wait()
	if left := goroutines(); left != "" {
		t.Errorf("goroutines are left:\n%s", left)
	}
	if files, err := os.ReadDir(home); err != nil || len(files) != 0 {
		t.Errorf("it wrote %v (%v)", files, err)
	}
}

// meet does with a hostile host what a run does, up to the first error.
func meet(t *testing.T, mode hostile.Mode, identity string) {
	server, err := hostile.Start(mode)
	if err != nil {
		t.Errorf("%s: %v", mode.Name, err)
		return
	}
	defer server.Close()
	at, _ := net.ResolveTCPAddr("tcp", server.Addr)
	c := remote.Config{Host: "evil1", Address: "127.0.0.1", Port: at.Port, User: "deploy",
		IdentityFiles:    []string{identity},
		HostKey:          string(ssh.MarshalAuthorizedKey(server.Key)),
		HandshakeTimeout: 5 * time.Second, Keepalive: 500 * time.Millisecond, MaxOutput: 1 << 20,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	if mode.Asks {
		password := func(context.Context) (string, error) { return "secret", nil }
		c.Sudo, c.Password, c.SudoPassword = true, password, password
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	began := time.Now()
	err = visit(ctx, c, mode)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("%s: it took %s", mode.Name, took)
	}
	switch kind := string(remote.KindOf(err)); {
	case mode.Kind == "" && err == nil:
		return
	case errors.Is(err, remote.ErrNoSFTP) && mode.Upload:
	case !slices.Contains(strings.Fields(mode.Kind), kind[strings.LastIndex(kind, " ")+1:]):
		t.Errorf("%s: got %q, want %q: %v", mode.Name, kind, mode.Kind, err)
		return
	}
	if text := err.Error(); plain.Text(text) != text || !strings.HasPrefix(text, "evil1: ") || len(text) > 8<<10 {
		t.Errorf("%s: the error is %.300q", mode.Name, text)
	}
}

func visit(ctx context.Context, c remote.Config, mode hostile.Mode) error {
	client, err := remote.Dial(ctx, c)
	if err != nil {
		return err
	}
	defer client.Close()
	if mode.Upload {
		return client.Upload(ctx, "/root/file", bytes.NewReader(make([]byte, 1<<20)))
	}
	sh, got, err := client.Start(ctx, "echo hello")
	if err != nil {
		return err
	}
	if got.Code != 0 || string(got.Stdout) != "hello\n" {
		return errors.New("evil1: it got away with another answer: " + string(got.Stdout))
	}
	if mode.Kind == "" {
		return nil
	}
	_, err = sh.Run(ctx, "echo again", make([]byte, mode.Payload))
	return err
}

// goroutines returns those of package remote that have not ended after a while.
func goroutines() string {
	var left []string
	for range 100 {
		buf := make([]byte, 4<<20)
		left = nil
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "odooctl/remote.(") || strings.Contains(g, "crypto/ssh.") {
				left = append(left, g)
			}
		}
		if left == nil {
			return ""
		}
		time.Sleep(50 * time.Millisecond)
	}
	return strings.Join(left, "\n\n")
}
