package remote_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestUnreachable(t *testing.T) {
	c := remotetest.Start(t, remotetest.Faults{}).Config()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Port = closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	_, err = remote.Dial(deadline(t), c)
	wantError(t, err, remote.Unreachable, "host1: connect to 127.0.0.1:", "connection refused", "is sshd running there")

	c.ConnectTimeout = 50 * time.Millisecond
	c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err = remote.Dial(deadline(t), c)
	wantError(t, err, remote.Unreachable, "no answer within 50ms", "firewall")
}

func TestConfigIsChecked(t *testing.T) {
	for _, c := range []remote.Config{
		{Host: "a", User: "root"},
		{Host: "a", Address: "127.0.0.1"},
		{Host: "a", Address: "127.0.0.1", User: "root", HostKey: "MD5:00"},
	} {
		if _, err := remote.Dial(deadline(t), c); err == nil || !strings.Contains(err.Error(), "host a: ") {
			t.Errorf("%+v: got error %v", c, err)
		}
	}
}

func TestRetry(t *testing.T) {
	for _, c := range []struct {
		name     string
		faults   remotetest.Faults
		kind     remote.Kind
		says     string
		attempts int
	}{
		{name: "healthy", attempts: 1},
		{name: "dropped once", faults: remotetest.Faults{DropHandshakes: 1}, attempts: 2},
		{name: "dropped three times", faults: remotetest.Faults{DropHandshakes: 3}, attempts: 4},
		{name: "dropped four times", faults: remotetest.Faults{DropHandshakes: 4}, kind: remote.Unreachable,
			says: "too many connections", attempts: 4},
		{name: "busy seven times", faults: remotetest.Faults{DropHandshakes: 7,
			Greeting: "Exceeded MaxStartups\r\n"}, attempts: 8},
		{name: "busy eight times", faults: remotetest.Faults{DropHandshakes: 8, Greeting: "Exceeded MaxStartups\r\n"},
			kind: remote.Unreachable, says: `it sent "Exceeded MaxStartups"; too many connections`, attempts: 8},
		{name: "shut out", faults: remotetest.Faults{DropHandshakes: 9, Greeting: "Not allowed at this time\r\n"},
			kind: remote.Unreachable, says: "PerSourcePenalties", attempts: 1},
		{name: "cut in the key exchange", faults: remotetest.Faults{DropAfter: 100}, kind: remote.Unreachable,
			says: "showed its key", attempts: 4},
		{name: "cut in the login", faults: remotetest.Faults{DropLogin: true}, kind: remote.Unreachable,
			says: "during the login", attempts: 1},
		{name: "refused", faults: remotetest.Faults{RefuseAuth: true}, kind: remote.Auth,
			says: "as deploy to 127.0.0.1", attempts: 1},
		{name: "not SSH", faults: remotetest.Faults{DropHandshakes: 9,
			Greeting: strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 40)},
			kind: remote.Unreachable, says: "HTTP/1.1 400 Bad Request", attempts: 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := remotetest.Start(t, c.faults)
			config := srv.Config()
			var pauses []time.Duration
			config.Sleep = func(_ context.Context, d time.Duration) error {
				if d > 50*time.Millisecond { // a pause between two tries
					pauses = append(pauses, d)
				}
				return nil
			}
			client, err := remote.Dial(deadline(t), config)
			if err == nil {
				client.Close()
			}
			if (err == nil) != (c.kind == "") {
				t.Fatalf("got error %v", err)
			} else if err != nil {
				wantError(t, err, c.kind, c.says)
			}
			if n := srv.Counts().Connections; n != c.attempts {
				t.Errorf("%d connections, want %d", n, c.attempts)
			}
			for i, d := range pauses {
				if base := min(250*time.Millisecond<<i, 2*time.Second); d < base/2 || d > base*3/2 {
					t.Errorf("pause %d is %v", i+1, d)
				}
			}
		})
	}
}

func TestStalledHost(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults remotetest.Faults
		says   string
	}{
		{"never answers", remotetest.Faults{Stall: true}, "the port is open but nothing answers"},
		{"never answers the login", remotetest.Faults{HandshakePause: 300 * time.Millisecond}, "slow or stuck"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := remotetest.Start(t, c.faults).Config()
			config.HandshakeTimeout = 100 * time.Millisecond
			_, err := remote.Dial(deadline(t), config)
			wantError(t, err, remote.Timeout, c.says)
		})
	}
}

func TestDialCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := remote.Dial(ctx, remotetest.Start(t, remotetest.Faults{Stall: true}).Config())
	wantError(t, err, remote.Canceled)
}

func TestSlowHost(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{Slow: 10 * time.Millisecond}).Config())
	if got := run(t, sh, "echo a", ""); string(got.Stdout) != "a\n" {
		t.Errorf("got %q", got.Stdout)
	}
}

func TestSessions(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{RefuseSession: 2})
	client := dial(t, srv.Config())
	sh, err := client.Shell(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		run(t, sh, "true", "")
	}
	if n := srv.Counts().Sessions; n != 1 {
		t.Errorf("%d sessions, want 1: one shell serves every script", n)
	}
	_, err = client.Shell(deadline(t))
	wantError(t, err, remote.ShellFailed, "MaxSessions")
}

func TestStalledSession(t *testing.T) {
	client := dial(t, remotetest.Start(t, remotetest.Faults{StallSessions: true}).Config())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Shell(ctx)
	wantError(t, err, remote.Timeout, "open a session")
}

func TestKeepalive(t *testing.T) {
	t.Parallel()
	srv := remotetest.Start(t, remotetest.Faults{})
	c := srv.Config()
	c.Keepalive = 50 * time.Millisecond
	sh := shell(t, c)
	run(t, sh, "true", "")
	srv.Freeze()
	start := time.Now()
	_, err := sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.Lost, "connection was lost")
	if d := time.Since(start); d < 2*c.Keepalive {
		t.Errorf("given up after %v, before three signs of life were missed", d)
	}
}

func TestLimiter(t *testing.T) {
	var now, most atomic.Int32
	srv := remotetest.Start(t, remotetest.Faults{HandshakePause: 20 * time.Millisecond})
	c := srv.Config()
	c.Limiter = &remote.Limiter{PerEndpoint: 3}
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		most.Store(max(most.Load(), now.Add(1)))
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			client, err := remote.Dial(deadline(t), c)
			now.Add(-1)
			if err != nil {
				t.Error(err)
				return
			}
			client.Close()
		})
	}
	all.Wait()
	if n := most.Load(); n > 4 || n < 2 {
		t.Errorf("%d handshakes at once, want 3", n)
	}
}

func TestLimiterIsCancelled(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{Stall: true})
	c := srv.Config()
	c.Limiter = &remote.Limiter{PerEndpoint: 1}
	first, stop := context.WithCancel(t.Context())
	held := make(chan struct{})
	go func() {
		remote.Dial(first, c)
		close(held)
	}()
	waitFor(t, "the first is in its handshake", func() bool { return srv.Counts().Connections == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := remote.Dial(ctx, c)
	wantError(t, err, remote.Timeout, "wait for a turn")
	stop()
	<-held
}
